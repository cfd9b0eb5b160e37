/**
 * What a demo cluster leaves when it is killed without a word: its throw-away folder, and processes of containers that
 * have no namespaces to die with. The next one clears up what is surely such: a folder of ours whose owner, by its process
 * number and start time, is gone, and the processes that this folder was given to as their own. Never by a name alone,
 * and never what another one that lives still uses.
 */
import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Logger } from "#server/log.ts";

export const ROOT_PREFIX = "porthole-demo-";
const OWNER_FILE = "owner.json";
/** Ours has four short fields. */
const MAX_OWNER_BYTES = 4 * 1024;
/** A process that was just killed may still be writing. */
export const REMOVE_RETRIES = 5;
/** /proc/<pid>/stat from its third field on, behind the name in brackets: starttime is field 22 (proc(5)). */
const START_TIME_INDEX = 19;

interface Owner {
  pid: number;
  /** Clock ticks since the boot: a number that comes again has another one. "" where the system does not tell. */
  startedAt: string;
  bootId: string;
  /** Numbers of processes mean something here alone. */
  pidNamespace: string;
  host: string;
}

/** Says whose folder this is, before anything else is in it. */
export function claim(root: string): void {
  const owner: Owner = { pid: process.pid, startedAt: startTime(process.pid), ...here() };
  writeFileSync(join(root, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
}

/** @param parent where the folders are */
export async function clearLeftovers(parent: string, log: Logger): Promise<void> {
  const dead = namesIn(parent)
    .filter((name) => name.startsWith(ROOT_PREFIX))
    .map((name) => join(parent, name))
    .filter((root) => isOurs(root) && isDead(readOwner(root)));
  for (const root of dead) {
    const killed = killProcessesOf(root);
    await rm(root, { recursive: true, force: true, maxRetries: REMOVE_RETRIES }).catch((error: Error) =>
      log.warn({ err: error.message }, "a former demo cluster's folder could not be removed"),
    );
    log.info(`removed what a killed demo cluster had left: ${root}, ${killed} processes`);
  }
}

/** A folder, no link to one, that nobody else could have put there. */
function isOurs(root: string): boolean {
  try {
    const stat = lstatSync(root);
    return stat.isDirectory() && stat.uid === process.getuid?.();
  } catch {
    return false;
  }
}

function readOwner(root: string): Owner | null {
  try {
    const path = join(root, OWNER_FILE);
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > MAX_OWNER_BYTES) return null;
    const owner = JSON.parse(readFileSync(path, "utf8")) as Owner;
    return Number.isSafeInteger(owner.pid) && owner.pid > 1 ? owner : null;
  } catch {
    return null;
  }
}

/** False whenever it is not sure. */
function isDead(owner: Owner | null): boolean {
  const { host, bootId, pidNamespace } = here();
  if (owner?.host !== host) return false;
  if (owner.bootId !== bootId) return true;
  if (owner.pidNamespace !== pidNamespace) return false;
  if (!exists(owner.pid)) return true;
  const startedAt = startTime(owner.pid);
  return startedAt !== "" && owner.startedAt !== "" && startedAt !== owner.startedAt;
}

/** @returns how many; each was given a folder below this one as its own (container-sandbox.ts) */
function killProcessesOf(root: string): number {
  const mark = `TMPDIR=${root}/`;
  const marked = namesIn("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      (readText(`/proc/${pid}/environ`) ?? "").split("\0").some((one) => one.startsWith(mark)),
    );
  for (const pid of marked) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
  return marked.length;
}

function here(): Pick<Owner, "bootId" | "pidNamespace" | "host"> {
  let pidNamespace = "";
  try {
    pidNamespace = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Not Linux.
  }
  return {
    bootId: readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "",
    pidNamespace,
    host: hostname(),
  };
}

function startTime(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[START_TIME_INDEX] ?? "";
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
