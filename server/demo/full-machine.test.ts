/** A demo cluster on a machine that has run out of something: what its visitors are told (docs/threats.md C20). */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "#server/log.ts";
import { until } from "#server/testing/loopback.ts";
import { execPath, V5Client } from "#server/testing/v5-client.ts";
import { startFailure } from "./containers/container-error.ts";
import { startDemoCluster } from "./demo-cluster.ts";

/** A file system of 8 MiB: what runs the sources keeps some there as well. */
const SMALL = ["--dev-bind", "/", "/", "--size", String(8 * 1024 * 1024), "--tmpfs", "/mnt", "--"];
const hasSmallDisks = spawnSync("bwrap", [...SMALL, "true"]).status === 0;
/** Somebody whose processes are counted, and who may read these files all the same. */
const ANOTHER = [
  ...["setpriv", `--reuid=${20_000 + Math.floor(Math.random() * 30_000)}`, "--clear-groups"],
  ...["--inh-caps=+dac_override", "--ambient-caps=+dac_override"],
];
const canBeAnother = spawnSync(ANOTHER[0]!, [...ANOTHER.slice(1), "true"]).status === 0;
const STANDALONE = ["--import", "tsx", join(import.meta.dirname, "standalone.ts")];

let folder: string;
const programs: ChildProcess[] = [];
const clients: V5Client[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
});
afterEach(() => {
  for (const client of clients.splice(0)) client.ws.terminate();
  for (const program of programs.splice(0)) program.kill("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(command: string[], env: NodeJS.ProcessEnv = {}, flags = ["--no-namespaces"]) {
  const kubeconfig = join(folder, "config");
  const [file = "", ...args] = [
    ...command,
    process.execPath,
    ...STANDALONE,
    ...flags,
    "--kubeconfig",
    kubeconfig,
  ];
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "ignore"] });
  programs.push(child);
  let said = "";
  child.stdout.on("data", (text) => {
    said += text;
  });
  await until("the ready line", () => said.includes("is ready at"), 20_000);
  const config = JSON.parse(readFileSync(kubeconfig, "utf8"));
  return async (script: string, pod?: string, tty = "false") => {
    const path = execPath(["sh", "-c", script], { tty }, pod);
    const client = await V5Client.connect(
      config.clusters[0].cluster.server + path,
      config.users[0].user.token,
    );
    clients.push(client);
    return client;
  };
}

it.skipIf(!hasSmallDisks)("says that the disk is full, and where", async () => {
  const exec = await start(["bwrap", "--die-with-parent", ...SMALL, "env", "TMPDIR=/mnt"]);
  await (await exec("head -c 16000000 /dev/zero > ~/big")).ended();
  for (const tty of ["false", "true"]) {
    const client = await exec("true", "team-a/api", tty);
    await client.ended();
    expect(client.status?.message).toMatch(
      /the pod's files could not be made in \/mnt\S*: no space is left.*ENOSPC/,
    );
  }
  // Whoever made room is served.
  await (await exec("rm ~/big")).ended();
  const again = await exec("echo fine", "team-a/api");
  await again.ended();
  expect(again.stdout).toBe("fine\n");
});

it("says that too many files are open", async () => {
  const exec = await start(["sh", "-c", 'ulimit -n 80; exec "$@"', "sh"]);
  const refused = () => clients.find(({ status }) => status !== null)?.status?.message;
  // Each holds a handful; the last ones cannot be started, or are not even accepted.
  for (let tried = 0; tried < 40 && !refused(); tried += 1) {
    const client = await exec("sleep 60").catch(() => null);
    if (!client) break;
    await until("it runs or fails", () => client.frames.length > 0);
  }
  await until("a refusal", () => refused() !== undefined);
  expect(refused()).toMatch(/could not be started: .*too many (open )?files/i);
});

it.skipIf(!canBeAnother)(
  "says that there are too many processes, and serves on",
  async () => {
    const exec = await start([...ANOTHER, "bash", "-c", 'ulimit -u 24; exec "$@"', "sh"]);
    const opened = await Promise.all(
      Array.from({ length: 14 }, (_, index) => exec("sleep 60", undefined, String(index % 2 === 0))),
    );
    const refused = () => opened.filter(({ status }) => status !== null);
    await until("a refusal", () => refused().some(({ status }) => status?.message?.includes("ulimit -u")));
    expect(refused().length).toBeLessThan(opened.length);
    for (const client of opened) client.ws.terminate();
    const again = async () => {
      const client = await exec("echo fine", undefined, "true");
      await client.ended();
      return client.stdout;
    };
    let said = "";
    for (let tried = 0; tried < 40 && said === ""; tried += 1) said = await again();
    expect(said).toBe("fine\r\n");
  },
  60_000,
);

it.each([[], ["--no-namespaces"]])(
  "needs nothing of the environment it is started in: %j",
  async (...flags) => {
    const bare = [
      "env",
      "-i",
      "PATH=/nowhere",
      "SHELL=/bin/false",
      "BASH_ENV=/nowhere/rc",
      "ENV=/nowhere/rc",
    ];
    const exec = await start([...bare, "SHELLOPTS=xtrace", "PS4=traced"], {}, flags);
    for (const tty of ["false", "true"]) {
      const client = await exec("echo [$HOME$BASH_ENV]; ls -d ~", undefined, tty);
      await client.ended();
      expect(client.stdout).toMatch(/^\[\/\S+\]\r?\n\/\S+\r?\n$/);
      expect(client.stderr).toBe("");
    }
  },
);

describe("a place where nothing can be made", () => {
  it.each(["/dev/null", "/proc", "/proc/nowhere"])("%s is named when the demo starts", async (homeRoot) => {
    await expect(
      startDemoCluster({ log: createLogger("text", "silent"), homeRoot, namespaces: false }),
    ).rejects.toMatchObject({ code: "START", message: expect.stringContaining(homeRoot) });
  });
});

it.each([
  ["ENOSPC", /no space/],
  ["EDQUOT", /quota/],
  ["EMFILE", /too many files .*ulimit -n/],
  ["EAGAIN", /no more processes .*ulimit -u/],
  ["ENOMEM", /no memory/],
  ["EACCES", /may not/],
  ["EROFS", /read-only/],
  ["EXXX", /^it failed: a strange thing$/],
])("%s has words", (code, words) => {
  const cause = Object.assign(new Error("a strange thing"), { code });
  expect(startFailure(cause, "it failed").message).toMatch(words);
});
