/** The choice of a subprotocol, and what is refused before an upgrade (protocol.md 1.8 and 1.9). */
import { describe, expect, it } from "vitest";
import { V4_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { DemoStreams } from "#server/testing/demo-streams.ts";
import { execPath, type Refusal } from "#server/testing/v5-client.ts";

const messageOf = (refusal: Refusal) => JSON.parse(refusal.body).message;

const streams = DemoStreams.forTests();

describe("the choice of a subprotocol", () => {
  it("takes v5 wherever it is in the offer, and echoes it alone", async () => {
    const client = await streams.open(execPath(["true"]), [V4_SUBPROTOCOL, V5_SUBPROTOCOL]);
    expect(client.ws.protocol).toBe(V5_SUBPROTOCOL);
  });

  it("takes v4 where v5 is not offered; there 255 closes nothing", async () => {
    const client = await streams.open(execPath(["cat"], { stdin: "true" }), [V4_SUBPROTOCOL]);
    expect(client.ws.protocol).toBe(V4_SUBPROTOCOL);
    client.closeStdin();
    client.stdin("still open");
    await client.untilStdout("still open");
  });

  it("refuses anything else with an empty 403", async () => {
    const refusal = await streams.refused(execPath(["true"]), ["v3.channel.k8s.io"]);
    expect(refusal.code).toBe(403);
    expect(refusal.body).toBe("");
    expect(refusal.headers["content-length"]).toBeUndefined();
  });

  it("takes a token from the bearer subprotocol and never chooses that", async () => {
    const bearer = `base64url.bearer.authorization.k8s.io.${Buffer.from(streams.demo.tokens.admin).toString("base64url")}`;
    const client = await streams.open(execPath(["true"]), [bearer, V5_SUBPROTOCOL], "");
    expect(client.ws.protocol).toBe(V5_SUBPROTOCOL);
    expect((await streams.refused(execPath(["true"]), [bearer], "")).code).toBe(401);
  });
});

describe("a refusal before the upgrade", () => {
  it.each([
    ["an unknown pod", execPath(["ls"], {}, "default/gone"), 404, 'pods "gone" not found'],
    [
      "an unknown container",
      execPath(["ls"], { container: "x" }),
      400,
      "container x is not valid for pod shell",
    ],
    [
      "no container where there are two",
      execPath(["ls"], {}, "default/web"),
      400,
      "a container name must be specified for pod web, choose one of: [app sidecar]",
    ],
    [
      "a pod without a node",
      execPath(["ls"], {}, "batch/trainer-0"),
      400,
      "pod trainer-0 does not have a host assigned",
    ],
    [
      "a completed pod",
      execPath(["ls"], {}, "batch/nightly-report-29384750-7xk2p"),
      400,
      "cannot exec into a container in a completed pod; current phase is Succeeded",
    ],
    [
      "no stream at all",
      execPath(["ls"], { stdout: "false", stderr: "FALSE" }),
      400,
      "you must specify at least 1 of stdin, stdout, stderr",
    ],
    ["a dry run", execPath(["ls"], { dryRun: "All" }), 400, "dryRun is not supported"],
  ])("is a Status for %s", async (_case, path, code, message) => {
    const refusal = await streams.refused(path);
    expect(refusal.code).toBe(code);
    expect(refusal.headers["content-type"]).toBe("application/json");
    expect(messageOf(refusal)).toBe(message);
  });

  it("names user, verb and resource when the viewer may not", async () => {
    const refusal = await streams.refused(execPath(["ls"]), undefined, streams.demo.tokens.viewer);
    expect(refusal.code).toBe(403);
    expect(messageOf(refusal)).toBe(
      'pods "shell" is forbidden: User "viewer" cannot get resource "pods/exec" in API group "" in the namespace "default"',
    );
  });

  it("is 401 without a token, before anything is said of the pod", async () => {
    const refusal = await streams.refused(execPath(["ls"], {}, "default/gone"), undefined, "");
    expect(refusal.code).toBe(401);
    expect(messageOf(refusal)).toBe("Unauthorized");
  });
});

it("says after the upgrade that a container is not running, as the translator does", async () => {
  const client = await streams.open(execPath(["ls"], {}, "batch/importer-5d8f7c9b64-q2w8z"));
  expect((await client.ended()).code).toBe(1000);
  expect(client.status?.message).toBe(
    'Internal error occurred: unable to upgrade connection: container not found ("importer")',
  );
});

it("finds no shell in an image that has none", async () => {
  const client = await streams.open(execPath(["sh"], {}, "kube-system/coredns-6f6b679f8f-n4kzd"));
  await client.ended();
  expect(client.status?.message).toContain('exec: "sh": executable file not found in $PATH');
});
