/**
 * One process at a time installs or builds. The lock is a file with its holder's process id; a holder that died
 * (or whose id now belongs to a stranger) is noticed by the age of the file, which a living holder keeps fresh.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FRESHEN_EVERY_MS = 1_000;
/** Well above FRESHEN_EVERY_MS: a machine under load must not lose its lock. */
const STALE_AFTER_MS = 20_000;
const LOOK_AGAIN_MS = 150;

/**
 * Runs `work` while holding the lock `name`.
 *
 * @template T
 * @param {string} directory where the lock file lives; made when missing
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(directory, name, work, onWait) {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${name}.lock`);
  for (let waited = false; !take(file); waited = true) {
    if (!waited) onWait?.();
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  const freshen = setInterval(() => touch(file), FRESHEN_EVERY_MS);
  freshen.unref();
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(freshen);
    process.removeListener("exit", release);
    release();
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
  }
  if (isStale(file)) setAside(file);
  return false;
}

/** @param {string} file */
function isStale(file) {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    const holder = Number(readFileSync(file, "utf8"));
    // Between creating the file and writing the id into it there is nothing to judge but the age.
    return age > STALE_AFTER_MS || (holder > 0 && !isAlive(holder));
  } catch {
    return false;
  }
}

/**
 * Two waiters may both see the stale lock. Renaming lets one of them win; the other finds nothing to rename, or
 * a lock that is fresh by now, which it puts back.
 * @param {string} file
 */
function setAside(file) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (isStale(aside)) rmSync(aside, { force: true });
    else renameSync(aside, file);
  } catch {
    // Another waiter was first.
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/** @param {string} file */
function touch(file) {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Gone: the work went on for longer than its lock; the next start checks the stamps again.
  }
}
