import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLabel, isSubdomain } from "#protocol/kube-names.ts";
import { KubeError } from "../errors.ts";
import { podPath, subresourcePath } from "./subresource-url.ts";

const POD = { namespace: "team-a", pod: "api-0.web" };
const BASE = "/api/v1/namespaces/team-a/pods/api-0.web";
const invalid = expect.objectContaining({ code: "INVALID" });

describe("subresourcePath", () => {
  it("writes exec as kubectl does: alphabetical, one command per argument, no false flags", () => {
    const path = subresourcePath({
      ...POD,
      subresource: "exec",
      container: "main",
      command: ["sh", "-c", "a=1&b; echo é?#"],
      stdin: true,
      stdout: true,
      stderr: false,
      tty: true,
    });
    expect(path).toBe(
      `${BASE}/exec?command=sh&command=-c&command=a%3D1%26b%3B%20echo%20%C3%A9%3F%23&container=main&stdin=true&stdout=true&tty=true`,
    );
  });

  it("never sends a command to attach", () => {
    const target = { ...POD, subresource: "attach", command: ["sh"], stdout: true } as const;
    expect(subresourcePath(target)).toBe(`${BASE}/attach?stdout=true`);
  });

  it("writes portforward and log", () => {
    expect(subresourcePath({ ...POD, subresource: "portforward" })).toBe(`${BASE}/portforward`);
    expect(subresourcePath({ ...POD, subresource: "portforward", ports: [80, 443] })).toBe(
      `${BASE}/portforward?ports=80&ports=443`,
    );
    expect(
      subresourcePath({
        ...POD,
        subresource: "log",
        container: "c",
        follow: true,
        tailLines: 0,
        sinceSeconds: 5,
      }),
    ).toBe(`${BASE}/log?container=c&follow=true&sinceSeconds=5&tailLines=0`);
  });

  it.each([
    [{ ...POD, subresource: "exec", command: ["a\0b"] }],
    [{ ...POD, subresource: "exec", command: ["\ud800"] }],
    [{ ...POD, subresource: "exec", container: "" }],
    [{ ...POD, subresource: "portforward", ports: [0] }],
    [{ ...POD, subresource: "log", tailLines: -1 }],
    [{ ...POD, subresource: "log", sinceSeconds: 1.5 }],
  ] as const)("refuses %j", (target) => {
    expect(() => subresourcePath(target)).toThrow(invalid);
  });

  it("takes a command as long as an API server does, and no longer", () => {
    const path = (chars: number) =>
      subresourcePath({ ...POD, subresource: "exec", command: ["x".repeat(chars)] });
    expect(path(1_000_000)).toHaveLength(1_000_000 + `${BASE}/exec?command=`.length);
    expect(() => path(1_050_000)).toThrow(invalid);
  });

  it("gives any strings either the exact path or a refusal (A10)", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[a-z0-9.\-/%?#&:@\\]{0,20}$/),
      fc.constantFrom(
        "..",
        ".",
        "a/../b",
        "%2e%2e",
        "a%2fb",
        "x?y",
        "x#y",
        "a\n",
        "a\r\nb",
        "é",
        "a@evil",
        "",
      ),
      fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?$/),
    );
    fc.assert(
      fc.property(hostile, hostile, fc.option(hostile, { nil: undefined }), (namespace, pod, container) => {
        const valid =
          isLabel(namespace) && isSubdomain(pod) && (container === undefined || isLabel(container));
        let path: string;
        try {
          path = subresourcePath({
            namespace,
            pod,
            container,
            subresource: "exec",
            command: ["sh"],
            stdin: true,
          });
        } catch (error) {
          expect(error).toBeInstanceOf(KubeError);
          expect((error as KubeError).code).toBe("INVALID");
          expect(valid).toBe(false);
          return;
        }
        expect(valid).toBe(true);
        const query = `command=sh${container === undefined ? "" : `&container=${container}`}&stdin=true`;
        expect(path).toBe(`/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query}`);
        expect(new URL(path, "https://kube").pathname).toBe(
          `/api/v1/namespaces/${namespace}/pods/${pod}/exec`,
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it("gives any command back exactly as it was", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), (command) => {
        fc.pre(command.every((argument) => !argument.includes("\0")));
        const path = subresourcePath({ ...POD, subresource: "exec", command, tty: true });
        expect(new URL(path, "https://kube").searchParams.getAll("command")).toEqual(command);
      }),
    );
  });
});

describe("podPath", () => {
  it("refuses names that are no names", () => {
    expect(podPath("team-a", "api-0.web")).toBe(BASE);
    expect(() => podPath("team-a", "../../kube-system/pods/etcd-0")).toThrow(invalid);
    expect(() => podPath("Team", "a")).toThrow(invalid);
  });
});
