/** What a container's process sees and leaves behind, with and without namespaces. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "#server/log.ts";
import { until } from "#server/testing/loopback.ts";
import { execPath, V5Client } from "#server/testing/v5-client.ts";
import { type DemoCluster, startDemoCluster } from "../demo-cluster.ts";
import { ContainerSandbox } from "./container-sandbox.ts";

const SECRET = "not-for-containers-4f1b";
const NAMESPACES = "own process and mount namespaces";
const canIsolate = (await ContainerSandbox.probe()).isolation === NAMESPACES;

/** Processes of this machine whose command line holds a text. */
function processesWith(text: string): number {
  const { stdout } = spawnSync("ps", ["-eo", "args"], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes(text) && !line.startsWith("ps ")).length;
}

describe.each([
  ["plain local processes", false],
  [NAMESPACES, true],
])("%s", (isolation, namespaces) => {
  const skip = namespaces && !canIsolate;
  let demo: DemoCluster;
  let homeRoot: string;
  const clients: V5Client[] = [];

  beforeAll(async () => {
    homeRoot = mkdtempSync(join(tmpdir(), "porthole-test-"));
    process.env.PORTHOLE_TOKEN = SECRET;
    process.env.KUBECONFIG = SECRET;
    demo = await startDemoCluster({ log: createLogger("text", "silent"), homeRoot, namespaces });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.ws.terminate();
  });
  afterAll(async () => {
    await demo.close();
    delete process.env.PORTHOLE_TOKEN;
    delete process.env.KUBECONFIG;
    expect(readdirSync(homeRoot)).toEqual([]);
    rmSync(homeRoot, { recursive: true });
  });

  async function start(script: string, query: Record<string, string> = {}, pod?: string): Promise<V5Client> {
    const path = execPath(["sh", "-c", script], query, pod);
    const client = await V5Client.connect(`${demo.url}${path}`, demo.tokens.admin);
    clients.push(client);
    return client;
  }

  async function run(script: string, query: Record<string, string> = {}, pod?: string): Promise<string> {
    const client = await start(script, query, pod);
    await client.ended();
    expect(client.stderr).toBe("");
    expect(client.exitCode).toBe(0);
    return client.stdout;
  }

  it.skipIf(skip)("says which of the two it is", () => {
    expect(demo.isolation).toBe(isolation);
  });

  it.skipIf(skip)("gives nothing of the server's environment away", async () => {
    const env = await run("env");
    expect(env).not.toContain(SECRET);
    expect(env).not.toMatch(/^(PORTHOLE|KUBECONFIG|NODE|npm)/im);
    expect(env).toMatch(/^HOSTNAME=shell$/m);
  });

  it.skipIf(skip)("knows a terminal's kind only with a terminal", async () => {
    expect(await run("echo [$TERM]")).toBe("[]\n");
    expect(await run("echo [$TERM]", { tty: "true" })).toBe("[xterm-256color]\r\n");
  });

  it.skipIf(skip)("hands no descriptor of ours down, nor another terminal's", async () => {
    const other = await start("sleep 30", { tty: "true" });
    await until("the other terminal", () => other.frames.length > 0);
    for (const tty of ["false", "true"]) {
      const shown = await run("ls -l /proc/self/fd", { tty });
      const open = [...shown.matchAll(/ (\d+) -> (\S+)/g)].map((match) => [Number(match[1]), match[2]]);
      expect(open.filter(([fd]) => Number(fd) > 3)).toEqual([]);
      expect(shown).not.toContain("ptmx");
    }
  });

  it.skipIf(skip)("can reopen its standard streams, as in a real container", async () => {
    const script = "echo out > /dev/stdout; echo err > /dev/stderr; sleep 0.1; cat /dev/stdin";
    const client = await start(script, { stdin: "true" });
    client.stdin("in");
    client.closeStdin();
    await client.ended();
    expect(client.stdout).toBe("out\nin");
    expect(client.stderr).toBe("err\n");
  });

  it.skipIf(skip)("has a home that the pod's containers share and no other pod sees", async () => {
    await run("echo kept > ~/note", { container: "app" }, "default/web");
    expect(await run("cat ~/note", { container: "sidecar" }, "default/web")).toBe("kept\n");
    expect(await run("ls ~")).toBe("");
  });

  it.skipIf(skip)(
    "ends with its stream although it ignores the hang-up, and whenever that comes",
    async () => {
      const marker = `sleep 33${Math.floor(Math.random() * 1e6)}`;
      for (const tty of ["false", "true"]) {
        const client = await start(`(trap '' HUP; ${marker}) & ${marker}; wait`, { tty });
        await until("the processes", () => processesWith(marker) >= 2);
        client.ws.terminate();
        await until("no process", () => processesWith(marker) === 0);
      }
      // In the midst of its start, at any moment of it.
      for (let ms = 0; ms < 40; ms += 4) {
        const client = await start(marker, { tty: String(ms % 8 === 0) });
        await new Promise((resolve) => setTimeout(resolve, ms));
        client.ws.terminate();
      }
      await until("no process", () => processesWith(marker) === 0);
    },
  );

  it.runIf(process.platform === "linux" && !skip)(
    "is known from outside by the folder it was given",
    async () => {
      const client = await start("echo $TMPDIR; sleep 30");
      await until("its folder", () => client.stdout !== "");
      if (namespaces) expect(client.stdout).toBe("/tmp\n");
      const environments = readdirSync("/proc").flatMap((pid) => {
        try {
          return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/environ`, "utf8")] : [];
        } catch {
          return [];
        }
      });
      expect(environments.some((one) => one.includes(`TMPDIR=${homeRoot}/`))).toBe(true);
    },
  );

  it.skipIf(skip)("is started by nothing that reads a file: a visitor's .bashrc breaks no exec", async () => {
    const rc = "echo FROM-RC; export FROM_RC=1; exit 7";
    await run(
      `cp ~/.bashrc ~/kept; echo '${rc}' >> ~/.bashrc; cp ~/.bashrc ~/.profile; cp ~/.bashrc ~/.bash_profile`,
    );
    for (const tty of ["false", "true"]) {
      expect(await run("echo fine", { tty })).toMatch(/^fine\r?\n$/);
      expect(await run("env", { tty })).not.toContain("FROM_RC");
    }
    await run("mv ~/kept ~/.bashrc; rm ~/.profile ~/.bash_profile");
  });

  it.skipIf(skip)("has the environment that is named, and nothing more", async () => {
    const named = ["HOME", "HOSTNAME", "PATH", "SHELL", "TMPDIR"];
    // The launcher's own traces: a shell sets both anew.
    const traces = ["PWD", "SHLVL"];
    for (const [tty, more] of [
      ["false", []],
      ["true", ["TERM"]],
    ] as const) {
      const client = await V5Client.connect(`${demo.url}${execPath(["env"], { tty })}`, demo.tokens.admin);
      await client.ended();
      const names = client.stdout
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split("=")[0]);
      expect(names.toSorted()).toEqual([...named, ...traces, ...more].toSorted());
      expect(client.stdout).toContain("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }
  });

  it.skipIf(skip)("reads the visitor's own .bashrc in the visitor's own shell, once", async () => {
    await run("cp ~/.bashrc ~/kept; echo 'echo read-$((40 + 2))' >> ~/.bashrc");
    const path = execPath(["bash"], { tty: "true", stdin: "true" });
    const shell = await V5Client.connect(`${demo.url}${path}`, demo.tokens.admin);
    shell.stdin("exit\n");
    await shell.ended();
    expect(shell.stdout.match(/read-42/g)).toHaveLength(1);
    await run("mv ~/kept ~/.bashrc");
  });

  it.skipIf(skip)("finds its files again after something cleared them away", async () => {
    await run("true", {}, "team-a/api");
    rmSync(join(homeRoot, readdirSync(homeRoot)[0]!, "pods"), { recursive: true });
    expect(await run("cd; ls", {}, "team-a/api")).toBe("");
  });

  it.skipIf(skip)("ends with its stream, and all it started with it", async () => {
    const marker = `sleep 31${Math.floor(Math.random() * 1e6)}`;
    for (const tty of ["false", "true"]) {
      const client = await start(`${marker} & ${marker}; wait`, { tty });
      await until("the processes", () => processesWith(marker) >= 2);
      client.ws.terminate();
      await until("no process", () => processesWith(marker) === 0);
    }
  });

  it.runIf(namespaces && canIsolate)(
    "sees its own processes, its own name and no home of this machine",
    async () => {
      expect(await run("hostname; id -u; echo ~; ls /proc | grep -c '^[0-9]'")).toMatch(
        /^shell\n0\n\/root\n[1-6]\n$/,
      );
      expect(await run("ls -d /home /work /srv /var/lib 2>/dev/null; true")).toBe("");
      const write = await start("touch /usr/x /etc/passwd 2>/dev/null || echo read-only");
      await write.ended();
      expect(write.stdout).toBe("read-only\n");
    },
  );
});

it("removes every file and ends every process when the cluster is closed", async () => {
  const homeRoot = mkdtempSync(join(tmpdir(), "porthole-test-"));
  const marker = `sleep 32${Math.floor(Math.random() * 1e6)}`;
  const demo = await startDemoCluster({ log: createLogger("text", "silent"), homeRoot });
  const connect = (query: Record<string, string>) =>
    V5Client.connect(`${demo.url}${execPath(["sh", "-c", `${marker}; true`], query)}`, demo.tokens.admin);
  const clients = await Promise.all([connect({}), connect({ tty: "true" })]);
  await until("the processes", () => processesWith(marker) >= 2);
  await demo.close();
  for (const client of clients) expect((await client.ended()).code).not.toBe(1000);
  await until("no process", () => processesWith(marker) === 0);
  expect(readdirSync(homeRoot)).toEqual([]);
  rmSync(homeRoot, { recursive: true });
  expect(existsSync(homeRoot)).toBe(false);
});
