/**
 * Porthole behind and in front of real proxies, with the configurations of docs/proxies.md: what people and kubectls do
 * arrives, whichever way it takes.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/run-step.mjs";
import { exitCodeOf } from "../reference/exec-client.ts";
import { Kubectl } from "../reference/kubectl-process.ts";
import {
  freePort,
  referenceBinary,
  startReferenceCluster,
  temporaryFolder,
} from "../reference/reference-cluster.ts";
import { runProgram } from "../run-program.ts";
import { type OpenExec, proveEndings, proveLoss, proveTransfers, sha256 } from "./exec-proofs.ts";
import { FrontClient } from "./front-client.ts";
import { LARGE_BYTES, type PodWeb, startPodWeb } from "./pod-web.ts";
import { type ProxiedPorthole, startProxiedPorthole } from "./proxied-porthole.ts";
import { programOf, type Software, startProxyServer } from "./proxy-server.ts";
import { adapted, snippet } from "./snippet.ts";

const SOFTWARE: Software[] = ["nginx", "haproxy"];

for (const software of SOFTWARE) {
  // Not installed everywhere: apt-get install nginx haproxy.
  describe.skipIf(!programOf(software))(`${software} in front of Porthole and behind it`, () => {
    const home = temporaryFolder();
    let porthole: ProxiedPorthole;
    let client: FrontClient;
    let web: PodWeb;

    beforeAll(async () => {
      porthole = await startProxiedPorthole({ software });
      client = new FrontClient(porthole);
      web = await startPodWeb();
    });
    afterAll(async () => {
      await porthole?.stop();
      await web?.stop();
      home.remove();
    });

    function kubectl(name: "kubectl" | "kubectl-1.20"): Kubectl {
      const flags = [
        ...["--server", `https://127.0.0.1:${porthole.port}/clusters/ref`],
        ...["--token", porthole.token, "--certificate-authority", porthole.certificate.cert],
      ];
      return new Kubectl(referenceBinary(name), flags, home.path);
    }

    it.each([
      ["WebSocket", "ref", "websocket"],
      // Its role lacks get, so the WebSocket's GET is refused and SPDY's POST is not.
      ["SPDY", "ref-creator", "spdy"],
    ])(
      "carries exec over %s towards the API server: every byte, every ending",
      async (_, cluster, transport) => {
        const open: OpenExec = (command) => client.exec(command, { cluster });
        await proveTransfers(open);
        await proveEndings(open);
        const { streams } = await client.api<{ streams: { cluster: string; transport: string }[] }>(
          "GET",
          "/api/streams",
        );
        expect(streams.find((stream) => stream.cluster === cluster)?.transport).toBe(transport);
      },
    );

    it.each(["kubectl", "kubectl-1.20"] as const)("serves a real %s", async (name) => {
      const ran = await kubectl(name).run(["exec", "-i", "shell", "--", "sh", "-c", "cat; exit 3"], "piped");
      expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 3, stdout: "piped" });
      const listed = await kubectl(name).run(["get", "pods", "-o", "name"]);
      expect(listed.stdout).toContain("pod/shell");
    });

    it("carries a terminal of the page", async () => {
      const session = await client.session(["sh", "-c", "read a; stty size; exit 5"]);
      session.stdin("\n");
      await session.untilStdout("24 80");
      expect(exitCodeOf(await session.result())).toBe(5);
    });

    it("carries a preview: any size both ways, WebSockets, and nothing that steers the proxy", async () => {
      const preview = await client.preview(web.port);
      const upload = randomBytes(LARGE_BYTES);
      const whole = sha256(Buffer.alloc(LARGE_BYTES, "x"));
      const up = () => preview.ask("/", { method: "POST", body: upload });
      const down = () => preview.ask("/large");
      expect((await up()).body.toString()).toBe(sha256(upload));
      expect(sha256((await down()).body)).toBe(whole);
      // In two requests: nginx sends no answer back while a request is still coming.
      const [sent, received] = await Promise.all([up(), down()]);
      expect([sent.body.toString(), sha256(received.body)]).toEqual([sha256(upload), whole]);
      const socket = await preview.socket("/socket");
      const answer = new Promise((resolve) => socket.once("message", (data) => resolve(String(data))));
      socket.send("hello");
      expect(await answer).toBe("echo hello");
      socket.terminate();
    });

    it("is found well by the doctor, which knows an nginx when it meets one", async () => {
      const flags = ["--kubeconfig", porthole.kubeconfig, "--idle", "2", "--json"];
      const { code, stdout, stderr } = await runDoctor(flags);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const steps = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(steps.at(-1)).toMatchObject({ name: "verdict", result: "ok" });
      const version = steps.find(({ name, result }) => name === "version" && result === "ok");
      if (software === "nginx") expect(version.found).toContain("by way of nginx");
    });

    it("never takes a command whose API server went away for one that ended", async () => {
      await proveLoss(
        (command) => client.exec(command),
        () => porthole.stopCluster(),
      );
    });
  });
}

describe.skipIf(!programOf("nginx"))("nginx that does not pass upgrades on", () => {
  let porthole: ProxiedPorthole;
  beforeAll(async () => {
    porthole = await startProxiedPorthole({
      software: "nginx",
      spoilBack: (text) => text.replaceAll(/^.*\$(http_upgrade|kube_connection);$/gm, ""),
    });
  });
  afterAll(() => porthole?.stop());

  it("is named by the doctor, with what to change and the section that says it", async () => {
    const { code, stdout } = await runDoctor(["--kubeconfig", porthole.kubeconfig, "--idle", "0"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/failed +Exec over WebSocket +The request reached the API server, but no longer/);
    expect(stdout).toMatch(/failed +Verdict +Neither terminals nor ports work\./);
    expect(stdout).toContain("where   Porthole → nginx → the API server");
    expect(stdout).toContain("Let nginx pass the request headers Upgrade and Connection on");
    expect(stdout).toContain('see     docs/proxies.md, "nginx between Porthole and the API server"');
  });
});

describe.skipIf(!programOf("haproxy"))("HAProxy that lets TLS pass through", () => {
  const folder = temporaryFolder();
  const stops: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
    folder.remove();
  });

  it("needs nothing new in the kubeconfig but the address", async () => {
    const cluster = await startReferenceCluster("phase1");
    stops.push(() => cluster.stop());
    const port = await freePort();
    const original = readFileSync(cluster.kubeconfig, "utf8");
    const [server = ""] = /127\.0\.0\.1:\d+/.exec(original) ?? [];
    const places = { "bind :6443": `bind 127.0.0.1:${port}`, "10.0.0.10:6443": server };
    const configuration = adapted(snippet("HAProxy that lets TLS pass through"), places);
    const haproxy = await startProxyServer("haproxy", configuration, folder.path);
    stops.push(() => haproxy.stop());
    const kubeconfig = join(folder.path, "kubeconfig");
    await writeFile(kubeconfig, original.replace(server, `127.0.0.1:${port}`));

    const { code, stdout } = await runDoctor(["--kubeconfig", kubeconfig, "--idle", "0"]);
    expect(stdout).toContain("All is well. Terminals and ports work, over WebSocket.");
    expect(code).toBe(0);
  });
});

function runDoctor(flags: string[]) {
  return runProgram([process.execPath, join(ROOT, "scripts", "doctor.mjs"), ...flags]);
}
