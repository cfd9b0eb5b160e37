/**
 * A real kubectl must not be able to tell the demo cluster from a cluster, for what it serves. Set PORTHOLE_KUBECTL
 * to a kubectl of 1.30 or newer; without one these tests are skipped.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { findKubectl, KubectlFixture } from "./kubectl.fixture.ts";

const kubectl = findKubectl();
const title = kubectl ? "kubectl" : "kubectl (skipped: PORTHOLE_KUBECTL names none)";

describe.skipIf(!kubectl)(title, () => {
  let cluster: KubectlFixture;
  beforeAll(async () => {
    cluster = await KubectlFixture.start(kubectl!);
  });
  afterAll(() => cluster?.stop());

  const run = (args: string, input?: string | Buffer) =>
    cluster.run(args, input === undefined ? {} : { input });

  describe("get and describe", () => {
    it("prints pods of all namespaces, wide", async () => {
      const { stdout, stderr } = await run("get pods -A -o wide");
      expect(stderr).toBe("");
      expect(stdout).toMatch(/^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE +IP +NODE/);
      expect(stdout).toMatch(/^default +web +2\/2 +Running +0 +26h +10\.244\.1\.7 +demo-worker/m);
      expect(stdout).toMatch(/^batch +nightly-report-\S+ +0\/1 +Completed/m);
      expect(stdout).toMatch(/^batch +trainer-0 +0\/1 +Pending +0 +2d +<none>/m);
    });

    it.each([
      "all",
      "ns,no",
      "events -A",
      "deploy,rs,sts,job -A",
      "po -l app=web",
      "pods --field-selector status.phase=Running",
    ])("prints %s without a complaint", async (what) => {
      const { code, stdout, stderr } = await run(`get ${what}`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout.split("\n").length).toBeGreaterThan(2);
    });

    it("watches", async () => {
      const watching = cluster.start("get pods -n batch -w");
      await until("the rows", () => watching.seen.stdout.includes("trainer-0"));
      expect((await watching.stop()).stdout).toMatch(/^NAME +READY/);
    });

    it.each([
      "pod web",
      "pod trainer-0 -n batch",
      "node demo-worker",
      "svc web",
      "deploy storefront -n shop",
    ])("describes %s", async (what) => {
      const { code, stdout } = await run(`describe ${what}`);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Name: /);
    });

    it("shows a pod's events", async () => {
      expect((await run("describe pod trainer-0 -n batch")).stdout).toMatch(
        /Warning +FailedScheduling .*nvidia/,
      );
    });

    it("knows who it is and what it may do", async () => {
      expect((await run("auth whoami")).stdout).toMatch(/Username +admin/);
      expect((await run("auth can-i create pods --subresource=exec")).stdout).toBe("yes\n");
      const viewer = await run("--context demo-viewer auth can-i create pods --subresource=exec");
      expect([viewer.code, viewer.stdout]).toEqual([1, "no\n"]);
      expect((await run("--context demo-viewer auth can-i --list")).stdout).toMatch(/^pods\/log +.*\[get\]/m);
    });
  });

  describe.each([
    ["over WebSocket", "true"],
    ["over SPDY", "false"],
  ])("exec and attach %s", (_name, webSockets) => {
    const env = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: webSockets };
    const exec = (args: string, input?: string | Buffer) =>
      cluster.run(`exec ${args}`, { env, ...(input !== undefined && { input }) });

    it.each([0, 1, 42, 255])("hands exit code %i through", async (code) => {
      expect((await exec(`shell -- sh -c 'exit ${code}'`)).code).toBe(code);
    });

    it("keeps stdout and stderr apart", async () => {
      const { stdout, stderr } = await exec("shell -- sh -c 'echo out; echo err >&2'");
      expect([stdout, stderr]).toEqual(["out\n", "err\n"]);
    });

    it("ends input where it ends, and loses none of a large one", async () => {
      const input = randomBytes(3_000_000);
      const { stdout } = await exec(
        "-i shell -- sh -c 'cat > input; wc -c < input; base64 -w0 input'",
        input,
      );
      const [count, text] = stdout.split("\n");
      expect(Number(count)).toBe(input.byteLength);
      expect(Buffer.from(text!, "base64").equals(input)).toBe(true);
    });

    it("takes the container that the annotation names", async () => {
      const { stdout, stderr } = await exec("web -- hostname");
      expect(stderr).toBe("");
      expect(stdout).not.toBe("");
    });

    it("says that a command is not there", async () => {
      const { code, stderr } = await exec("shell -- no-such-command");
      expect(code).toBe(1);
      expect(stderr).toContain('exec: "no-such-command": executable file not found in $PATH');
    });

    it("shows what the main process prints", async () => {
      const attached = cluster.start("attach shell", { env });
      await until("a tick", () => /tick \d+\n/.test(attached.seen.stdout));
      await attached.stop();
    });
  });

  it("opens a terminal of the right size and ends with its exit code", async () => {
    const { code, stdout } = await cluster.runInTerminal(
      "exec -it shell -- bash",
      "stty rows 41 cols 97; stty size; test -t 2 && echo is-a-$((40 + 2))-terminal; exit 7\n",
    );
    expect(stdout).toContain("is-a-42-terminal");
    expect(stdout).toContain("41 97");
    expect(code).toBe(7);
  });

  it("copies a file there and back", async () => {
    const [from, back] = [join(cluster.folder, "from"), join(cluster.folder, "back")];
    writeFileSync(from, randomBytes(500_000));
    expect((await run(`cp ${from} shell:/tmp/copied`)).code).toBe(0);
    expect((await run(`cp shell:/tmp/copied ${back}`)).code).toBe(0);
    expect(readFileSync(back).equals(readFileSync(from))).toBe(true);
  });

  describe("refusals", () => {
    it.each([
      ["exec gone -- ls", 'pods "gone" not found'],
      ["exec shell -c x -- ls", "container x is not valid for pod shell out of: main"],
      ["exec -n batch trainer-0 -- ls", "pod trainer-0 does not have a host assigned"],
      [
        "exec -n batch nightly-report-29384750-7xk2p -- ls",
        "cannot exec into a container in a completed pod",
      ],
      ["exec -n batch deploy/importer -- ls", 'container not found ("importer")'],
      ["exec -n kube-system deploy/coredns -- sh", 'exec: "sh": executable file not found in $PATH'],
      ["port-forward -n batch trainer-0 :80", "unable to forward port because pod is not running"],
      ["logs shell -p", 'previous terminated container "main" in pod "shell" not found'],
      [
        "--context demo-viewer exec shell -- ls",
        'pods "shell" is forbidden: User "viewer" cannot create resource "pods/exec" in API group "" in the namespace "default"',
      ],
      [
        "--context demo-viewer port-forward web :8080",
        'pods "web" is forbidden: User "viewer" cannot create resource "pods/portforward"',
      ],
    ])("%s: %s", async (args, message) => {
      const { code, stderr } = await run(args);
      expect(stderr).toContain(message);
      expect(code).toBe(1);
    });
  });

  it("lets the viewer read a log, and follows one", async () => {
    expect((await run("--context demo-viewer logs shell --tail 1")).stdout).toMatch(/^tick \d+\n$/);
    const following = cluster.start("logs -f shell --tail 1");
    await until("two lines", () => following.seen.stdout.split("\n").length > 2);
    await following.stop();
  });

  describe.each([
    ["in the tunnel", "true"],
    ["over plain SPDY", "false"],
  ])("port-forward %s", (_name, webSockets) => {
    async function forward<T>(args: string, use: (ports: number[]) => Promise<T>): Promise<T> {
      const env = { KUBECTL_PORT_FORWARD_WEBSOCKETS: webSockets };
      const forwarding = cluster.start(`port-forward --address 127.0.0.1 ${args}`, { env });
      const ports = () =>
        [...forwarding.seen.stdout.matchAll(/127\.0\.0\.1:(\d+) ->/g)].map((match) => Number(match[1]));
      const wanted = args.split(" ").filter((word) => word.startsWith(":")).length;
      try {
        await until("the forward", () => ports().length === wanted);
        return await use(ports());
      } finally {
        await forwarding.stop();
      }
    }

    it("serves a page, a large download and many requests at once", async () => {
      await forward("web :8080", async ([port]) => {
        const origin = `http://127.0.0.1:${port}`;
        expect(await (await fetch(origin)).text()).toContain("Hello from");
        const download = await fetch(`${origin}/download?bytes=20000000`);
        expect((await download.arrayBuffer()).byteLength).toBe(20_000_000);
        const answers = await Promise.all(
          Array.from({ length: 24 }, async (_, n) => (await fetch(`${origin}/echo?n=${n}`)).json()),
        );
        expect(answers.map((answer) => (answer as { url: string }).url)).toEqual(
          Array.from({ length: 24 }, (_, n) => `/echo?n=${n}`),
        );
      });
    });

    it("resolves a service's named port to its pod", async () => {
      await forward("-n shop svc/storefront :80", async ([port]) => {
        expect(await (await fetch(`http://127.0.0.1:${port}/whoami`)).text()).toMatch(/^storefront-/);
      });
    });
  });
});
