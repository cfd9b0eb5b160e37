/** A demo cluster that was killed without a word, and the next one (docs/threats.md B4). */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "#server/log.ts";
import { until } from "#server/testing/loopback.ts";
import { execPath, V5Client } from "#server/testing/v5-client.ts";
import { startDemoCluster } from "./demo-cluster.ts";

const LOG = createLogger("text", "silent");
const isLinux = process.platform === "linux";

let folder: string;
let homeRoot: string;
const programs: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
  homeRoot = join(folder, "tmp");
  mkdirSync(homeRoot);
});
afterEach(() => {
  for (const program of programs.splice(0)) program.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A demo cluster in a process of its own, and a process in it that ignores every farewell. */
async function start(name: string) {
  const kubeconfig = join(folder, name);
  const program = join(import.meta.dirname, "standalone.ts");
  const flags = ["--import", "tsx", program, "--no-namespaces", "--kubeconfig", kubeconfig];
  const env = { ...process.env, TMPDIR: homeRoot };
  const child = spawn(process.execPath, flags, { env, stdio: ["ignore", "pipe", "inherit"] });
  programs.push(child);
  let said = "";
  child.stdout.on("data", (text) => {
    said += text;
  });
  await until("the ready line", () => said.includes("is ready at"), 20_000);
  const config = JSON.parse(readFileSync(kubeconfig, "utf8"));
  const { server } = config.clusters[0].cluster;
  const client = await V5Client.connect(
    server + execPath(["sh", "-c", "trap '' HUP; echo $$; while :; do sleep 1; done"]),
    config.users[0].user.token,
  );
  await until("its number", () => client.stdout.includes("\n"));
  return { child, pid: Number(client.stdout) };
}

/** tsx keeps a folder there as well. */
const roots = () => readdirSync(homeRoot).filter((name) => name.startsWith("porthole-demo-"));

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** As the next start of a demo in this folder. */
async function startAnother(): Promise<void> {
  const demo = await startDemoCluster({ log: LOG, homeRoot, namespaces: false });
  await demo.close();
}

describe.runIf(isLinux)("what a killed demo cluster left", () => {
  it("is cleared up by the next one, processes too, and what another one uses is not", async () => {
    const [killed, living] = [await start("killed"), await start("living")];
    killed.child.kill("SIGKILL");
    await once(killed.child, "close");
    expect([lives(killed.pid), roots().length]).toEqual([true, 2]);
    await startAnother();
    await until("the process to be gone", () => !lives(killed.pid));
    expect([lives(living.pid), roots().length]).toEqual([true, 1]);
    living.child.kill("SIGTERM");
    await once(living.child, "close");
    expect([lives(living.pid), roots()]).toEqual([false, []]);
  }, 60_000);

  const owner = (change: object) => {
    const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const host = readFileSync("/proc/sys/kernel/hostname", "utf8").trim();
    // This very test lives, and began at no such time.
    return {
      pid: process.pid,
      startedAt: "1",
      bootId,
      pidNamespace: readlinkSync("/proc/self/ns/pid"),
      host,
      ...change,
    };
  };

  it.each([
    ["its owner's number is another process by now", {}, false],
    ["its machine was started anew", { bootId: "another", startedAt: "1" }, false],
    ["it is of another machine", { host: "another", bootId: "another" }, true],
    ["its owner's number means nothing here", { pidNamespace: "pid:[1]" }, true],
    ["its owner has no number", { pid: -1 }, true],
    ["its owner's start is not known", { startedAt: "" }, true],
  ])("is told by its owner: %s", async (_case, change, stays) => {
    const root = join(homeRoot, "porthole-demo-abcdef");
    mkdirSync(root);
    writeFileSync(join(root, "owner.json"), JSON.stringify(owner(change)));
    await startAnother();
    expect(readdirSync(homeRoot)).toEqual(stays ? ["porthole-demo-abcdef"] : []);
  });

  it("is never what only has the name: no owner, a link, a file", async () => {
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "owner.json"), JSON.stringify(owner({})));
    symlinkSync(elsewhere, join(homeRoot, "porthole-demo-linked"));
    mkdirSync(join(homeRoot, "porthole-demo-nobody"));
    mkdirSync(join(homeRoot, "porthole-demo-lying"));
    symlinkSync(join(elsewhere, "owner.json"), join(homeRoot, "porthole-demo-lying", "owner.json"));
    writeFileSync(join(homeRoot, "porthole-demo-file"), "");
    const before = readdirSync(homeRoot);
    await startAnother();
    expect(readdirSync(homeRoot)).toEqual(before);
    expect(readdirSync(elsewhere)).toEqual(["owner.json"]);
  });
});
