import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { DOCTOR_STEPS, type DoctorStep } from "#protocol/doctor.ts";
import { until } from "#server/testing/loopback.ts";
import { nginxPage, startApiServer, statusRefusal } from "./api-server.fixture.ts";
import { diagnose } from "./doctor.ts";
import { clusterAt, examine, examineFaults, TARGET } from "./examine.fixture.ts";
import { startFaultyWay } from "./faulty-way.fixture.ts";
import { CONFIGURATIONS } from "./ready-configurations.ts";

describe("a good way", () => {
  it("is all well: every step in order, and the verdict says which way streams go", async () => {
    const { all, of, open } = await examineFaults({}, { idleSeconds: 1 });
    expect(all.map(({ name }) => name)).toEqual(DOCTOR_STEPS);
    expect(all.filter(({ result }) => result !== "ok")).toEqual([]);
    expect(of("verdict").found).toBe("All is well. Terminals and ports work, over WebSocket.");
    expect(of("large-message").found).toMatch(/^1 MiB came back whole/);
    // Only the idle connection that requests share is left.
    await until("the streams to be gone", () => open() <= 1);
  });

  it("tells that a step runs before how it went, and how far the idle streams are", async () => {
    const server = await startApiServer();
    const steps: DoctorStep[] = [];
    for await (const step of diagnose(clusterAt(server.url), TARGET, { idleSeconds: 1 })) steps.push(step);
    for (const name of DOCTOR_STEPS.filter((one) => one !== "verdict")) {
      expect(steps.filter((step) => step.name === name)[0]?.result).toBe("running");
    }
    expect(steps.some(({ found }) => found.startsWith("Quiet for 1 of 1 seconds"))).toBe(true);
  });

  it("is left at once when the run is given up, and nothing stays open", async () => {
    const server = await startApiServer();
    const stop = new AbortController();
    const cluster = clusterAt(server.url);
    let last: DoctorStep | undefined;
    for await (const step of diagnose(cluster, TARGET, { idleSeconds: 600, signal: stop.signal })) {
      last = step;
      if (step.name === "idle" && !stop.signal.aborted) setTimeout(() => stop.abort(), 50);
    }
    expect(last).toMatchObject({ name: "idle", result: "running" });
    await until("the streams to be gone", () => server.sockets.size <= 1);
  });

  it("is left when nobody listens any more", async () => {
    const server = await startApiServer();
    for await (const step of diagnose(clusterAt(server.url), TARGET, { idleSeconds: 1 })) {
      if (step.found.startsWith("Quiet")) break;
    }
    await until("the streams to be gone", () => server.sockets.size <= 1);
  });

  it("leaves streams alone that the role does not allow, whatever the API server would", async () => {
    const { results, of } = await examineFaults({ knobs: { denied: ["create exec"] } });
    expect(results).toMatchObject({ permissions: "failed", "exec-websocket": "skipped", tunnel: "ok" });
    expect(of("permissions").change).toContain('resources: ["pods/exec"], verbs: ["create", "get"]');
    expect(of("verdict")).toMatchObject({ result: "failed" });
    expect(of("verdict").found).toContain("Terminals do not work; ports work over WebSocket.");
  });
});

describe("an upgrade that is refused", () => {
  const upgradeLost = statusRefusal(400, "Upgrade request required", "BadRequest");

  it.each([
    ["400 by nginx", nginxPage(400), /^Nginx answered 400/, CONFIGURATIONS.nginx],
    ["502 by nginx", nginxPage(502), /^Nginx answered 502/, CONFIGURATIONS.nginx],
    [
      "426 by Envoy",
      { code: 426, headers: { server: "envoy" } },
      /^Envoy answered 426/,
      CONFIGURATIONS.envoy,
    ],
    [
      "503 by HAProxy",
      { code: 503, body: "<html><body><h1>503 Service Unavailable</h1>\nNo server is available" },
      /^HAProxy answered 503/,
      CONFIGURATIONS.haproxy,
    ],
    [
      "504 by a load balancer",
      { code: 504, headers: { server: "awselb/2.0" } },
      /^An AWS load balancer answered 504/,
      CONFIGURATIONS.aws,
    ],
    [
      "200 by a page",
      { code: 200, body: "<h1>Log in</h1>" },
      /is a page, and not an upgrade/,
      CONFIGURATIONS.any,
    ],
    [
      "a redirect",
      { code: 302, headers: { location: "https://login.test/" } },
      /redirect/,
      CONFIGURATIONS.any,
    ],
    [
      "403 by a firewall",
      { code: 403, headers: { server: "waf" } },
      /"waf" answered 403/,
      CONFIGURATIONS.any,
    ],
    ["401", { code: 401 }, /answered 401, although plain requests are accepted/, CONFIGURATIONS.any],
    ["an upgrade that lost its header", upgradeLost, /no longer asked for an upgrade/, CONFIGURATIONS.any],
  ])(
    "with %s: names who, what to change and the ready configuration",
    async (_, refusal, words, configuration) => {
      const { of, results } = await examineFaults({ knobs: { websocket: refusal } });
      for (const name of ["exec-websocket", "tunnel"] as const) {
        expect(of(name)).toMatchObject({ result: "failed", configuration });
        expect(of(name).found).toMatch(words);
        expect(of(name).hop).toMatch(/^Porthole → .*the API server$/);
        expect(of(name).change).toBeTruthy();
      }
      // SPDY passes, so people can work: that is a warning with the same advice.
      expect(results).toMatchObject({ "exec-spdy": "ok", "large-message": "ok", verdict: "warning" });
      expect(of("verdict")).toMatchObject({ configuration });
      expect(of("verdict").found).toContain("Terminals and ports work, over SPDY.");
    },
  );

  it("knows the proxy in between by the answers to plain requests", async () => {
    const { of } = await examineFaults({
      knobs: { headers: { server: "nginx/1.25.3" }, websocket: upgradeLost },
    });
    expect(of("version").found).toContain("by way of nginx");
    expect(of("exec-websocket")).toMatchObject({ configuration: CONFIGURATIONS.nginx });
    expect(of("exec-websocket").change).toContain("Let nginx pass the request headers Upgrade");
  });

  it("on both wires is a failure of the whole", async () => {
    const knobs = { websocket: nginxPage(502), spdy: nginxPage(502) };
    const { results, of } = await examineFaults({ knobs });
    expect(results).toMatchObject({ "exec-spdy": "failed", "large-message": "skipped", verdict: "failed" });
    expect(of("verdict").found).toContain("Neither terminals nor ports work.");
  });

  it("by a cluster from before WebSockets is no fault", async () => {
    const knobs = { version: "v1.24.17", websocket: { code: 403 } };
    const { of } = await examineFaults({ knobs });
    expect(of("exec-websocket")).toMatchObject({ result: "warning" });
    expect(of("exec-websocket").found).toContain("Kubernetes v1.24.17 is older than 1.30");
    expect(of("verdict").result).toBe("warning");
  });

  it("by a cluster whose feature gate is off is no fault either", async () => {
    const { of } = await examineFaults({ knobs: { websocket: { code: 403 } } });
    for (const name of ["exec-websocket", "tunnel"] as const) {
      expect(of(name)).toMatchObject({ result: "warning" });
      expect(of(name).found).toContain("kubelets do not speak its subprotocol");
    }
  });

  it("for want of get is told apart from a proxy's refusal", async () => {
    const websocket = statusRefusal(403, 'User "u" cannot get resource "pods/exec"');
    const { of } = await examineFaults({ knobs: { denied: ["get exec", "get portforward"], websocket } });
    expect(of("permissions")).toMatchObject({ result: "warning" });
    expect(of("exec-websocket")).toMatchObject({ result: "warning" });
    expect(of("exec-websocket").change).toContain('Grant "get" on pods/exec');
  });

  it("because the node cannot be reached names that hop", async () => {
    const websocket = statusRefusal(500, "error dialing backend: dial tcp 10.0.0.5:10250: i/o timeout");
    const { of } = await examineFaults({ knobs: { websocket, spdy: websocket } });
    expect(of("verdict")).toMatchObject({ result: "failed", hop: "the API server → the node's kubelet" });
    expect(of("verdict").change).toContain("10250");
  });
});

describe("a way that ends before the API server", () => {
  it("at a refused connection", async () => {
    const { url } = await startFaultyWay(1, {});
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    await new Promise((resolve) => taken.close(resolve));
    const { of, results } = await examine(clusterAt(`http://127.0.0.1:${port}`));
    expect(of("tcp").found).toContain("refuses connections");
    expect(results).toMatchObject({ tls: "skipped", "exec-websocket": "skipped", verdict: "failed" });
    // Connections are taken there, and nothing answers.
    const behind = await examine(clusterAt(url));
    expect(behind.of("version")).toMatchObject({ result: "failed" });
    expect(behind.of("version").found).toContain("closed the connection before it answered");
  });

  it("at a name that does not resolve", async () => {
    const { of, results } = await examine(clusterAt("https://no-such-cluster.invalid:6443"));
    expect(of("dns")).toMatchObject({ result: "failed", hop: "this machine → its name server" });
    expect(results.tcp).toBe("skipped");
    expect(of("tcp").found).toBe('Not tried, because of "Name".');
  });

  it("at a page that is not an API server's", async () => {
    const instead = () => ({ code: 200, headers: { Server: "nginx" }, body: "<h1>Welcome</h1>" });
    const { of } = await examineFaults({ knobs: { instead } });
    expect(of("version")).toMatchObject({ result: "failed", configuration: CONFIGURATIONS.nginx });
    expect(of("version").found).toContain("not the API server's own answer");
  });

  it("at a server that takes the connection and says nothing", async () => {
    const silent = createServer(() => {});
    const sockets: { destroy(): void }[] = [];
    silent.on("connection", (socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    });
    const { port } = silent.address() as { port: number };
    const { of } = await examine(clusterAt(`http://127.0.0.1:${port}`), { stepLimitMs: 300 });
    expect(of("version").found).toContain("no answer comes");
  });

  it("at a pod that is not there", async () => {
    const server = await startApiServer();
    const steps: DoctorStep[] = [];
    for await (const step of diagnose(clusterAt(server.url), { namespace: "default", pod: "gone" }, {})) {
      if (step.result !== "running") steps.push(step);
    }
    expect(steps.find(({ name }) => name === "pod")).toMatchObject({ result: "failed" });
    expect(steps.at(-1)?.found).toContain('pods "gone" not found');
  });
});

describe("a credential", () => {
  it("that the API server does not take", async () => {
    const instead = () => statusRefusal(401, "Unauthorized", "Unauthorized");
    const { of } = await examineFaults({ knobs: { instead } });
    expect(of("credential")).toMatchObject({ result: "failed" });
    expect(of("credential").found).toContain('does not accept the credential of the user "tester"');
  });

  it("that gets lost on the way", async () => {
    const body = JSON.stringify({ status: { userInfo: { username: "system:anonymous" } } });
    const instead = ({ url }: { url?: string }) =>
      url?.endsWith("/selfsubjectreviews") ? { code: 201, body } : undefined;
    const { of } = await examineFaults({ knobs: { instead } });
    expect(of("credential").found).toContain("without a credential");
    expect(of("credential").change).toContain("pass the Authorization header on");
  });

  it("of a machine whose clock is wrong", async () => {
    const headers = { date: new Date(Date.now() - 3_600_000).toUTCString() };
    const { of } = await examineFaults({ knobs: { headers } });
    expect(of("version")).toMatchObject({ result: "warning" });
    expect(of("version").found).toMatch(/Its clock is \d+ s behind/);
  });
});

const PAGE = readFileSync(join(import.meta.dirname, "..", "..", "docs", "proxies.md"), "utf8");

describe("what the doctor points to", () => {
  it.each(Object.values(CONFIGURATIONS))("is a heading of docs/proxies.md: %s", (heading) => {
    expect(PAGE.split("\n").filter((line) => line.replace(/^#+ /, "") === heading)).toHaveLength(1);
  });
});
