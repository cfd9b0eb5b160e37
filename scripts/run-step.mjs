/**
 * How the scripts run other programs: quietly, keeping an excerpt of their output for the day one fails. What the
 * scripts say themselves goes to stderr, because stdout of `npm start` belongs to the server's ready line.
 */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** A failed program says why at the beginning (npm, before its usage text) or at the end (compilers). */
const KEPT_HEAD_CHARS = 4 * 1024;
const KEPT_TAIL_CHARS = 16 * 1024;
const HEAD_LINES = 20;
const TAIL_LINES = 40;
/** A program that ignores SIGTERM this long after its time is up is killed. */
const KILL_AFTER_MS = 5_000;

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {number} sinceMs as of performance.now() */
export function elapsed(sinceMs) {
  const seconds = (performance.now() - sinceMs) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}

/** A script of this folder as a command. @param {string} name */
export function script(name) {
  return [process.execPath, join(ROOT, "scripts", name)];
}

/** An installed package's program as a command, without the shell wrappers of node_modules/.bin. @param {string[]} parts */
export function packageBin(...parts) {
  return [process.execPath, join(ROOT, "node_modules", ...parts)];
}

/** npm as a command: through the running npm when there is one, so that no shell is needed on Windows. */
export function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return [process.execPath, script];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}

/**
 * @typedef {object} StepResult
 * @property {boolean} ok it ended by itself with status 0
 * @property {string} outcome in words, for example "ended with status 1"
 * @property {string} output the first and last lines it printed; empty when they were shown
 */

const STDERR_FD = 2;
/** @type {Record<"no" | "as it is" | "on stderr", ("pipe" | "inherit" | number)[]>} */
const OUTPUT = {
  no: ["pipe", "pipe"],
  "as it is": ["inherit", "inherit"],
  "on stderr": [STDERR_FD, STDERR_FD],
};

/** The launch token is the server's: what installs and builds runs other people's scripts. @param {NodeJS.ProcessEnv} env */
function withoutToken({ PORTHOLE_TOKEN: _, ...env }) {
  return env;
}

/**
 * Runs one program to its end. A signal that stops this process stops the program first.
 *
 * @param {string[]} command program and arguments
 * @param {{ env?: NodeJS.ProcessEnv, show?: "no" | "as it is" | "on stderr", timeoutMs?: number }} [options] `show`:
 *   pass the output on instead of keeping an excerpt
 * @returns {Promise<StepResult>}
 */
export function runStep(command, { env = process.env, show = "no", timeoutMs = 0 } = {}) {
  const [program = "", ...args] = command;
  return new Promise((resolve) => {
    const ownGroup = process.platform !== "win32";
    /** @type {import("node:child_process").ChildProcess} */
    const child = spawn(program, args, {
      cwd: ROOT,
      env: withoutToken(env),
      stdio: ["ignore", ...OUTPUT[show]],
      detached: ownGroup,
      shell: program.endsWith(".cmd"),
    });
    /** @param {NodeJS.Signals} signal */
    const kill = (signal) => {
      try {
        if (ownGroup && child.pid) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // It is gone already.
      }
    };

    const kept = { head: "", tail: "" };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
        const toHead = KEPT_HEAD_CHARS - kept.head.length;
        kept.head += text.slice(0, toHead);
        kept.tail = (kept.tail + text.slice(toHead)).slice(-KEPT_TAIL_CHARS);
      });
    }

    let timedOut = false;
    const limit = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          kill("SIGTERM");
          setTimeout(() => kill("SIGKILL"), KILL_AFTER_MS).unref();
        }, timeoutMs)
      : undefined;
    const passOn = stopWith(child, kill);

    /** @param {boolean} ok @param {string} outcome */
    const finish = (ok, outcome) => {
      clearTimeout(limit);
      passOn.remove();
      resolve({ ok, outcome, output: excerpt(kept.head + kept.tail) });
    };
    child.on("error", (error) => finish(false, `could not be started: ${error.message}`));
    child.on("close", (code, signal) => {
      if (timedOut) finish(false, `was stopped after ${Math.round(timeoutMs / 1000)} s`);
      else if (signal) finish(false, `was stopped by ${signal}`);
      else finish(code === 0, `ended with status ${code}`);
    });
  });
}

/** @param {string} text */
function excerpt(text) {
  const lines = text.trimEnd().split("\n");
  if (lines.length <= HEAD_LINES + TAIL_LINES) return lines.join("\n");
  return [...lines.slice(0, HEAD_LINES), "…", ...lines.slice(-TAIL_LINES)].join("\n");
}

/**
 * The child has a process group of its own, so neither Ctrl-C nor a stop of this process reaches it by itself.
 * @param {import("node:child_process").ChildProcess} child
 * @param {(signal: NodeJS.Signals) => void} kill
 */
function stopWith(child, kill) {
  /** @type {[NodeJS.Signals, number][]} */
  const signals = [
    ["SIGINT", 2],
    ["SIGTERM", 15],
    ["SIGHUP", 1],
  ];
  const handlers = signals.map(([signal, number]) => {
    const handler = () => {
      const leave = () => process.exit(128 + number);
      child.once("close", leave);
      kill("SIGTERM");
      setTimeout(() => {
        kill("SIGKILL");
        leave();
      }, KILL_AFTER_MS);
    };
    process.once(signal, handler);
    return /** @type {const} */ ([signal, handler]);
  });
  return {
    remove() {
      for (const [signal, handler] of handlers) process.removeListener(signal, handler);
    },
  };
}
