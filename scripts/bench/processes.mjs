/** Programs of a benchmark: started, waited for, and stopped by their own process id. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const READY_LIMIT_MS = 60_000;
/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/**
 * Starts a program and resolves with it when `ready` matches its output.
 * @param {string} command
 * @param {string[]} args
 * @param {RegExp} ready
 * @param {import("node:child_process").SpawnOptionsWithoutStdio} options
 * @returns {Promise<{ child: import("node:child_process").ChildProcess, match: RegExpExecArray }>}
 */
export function startProgram(command, args, ready, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let output = "";
    const timer = setTimeout(() => fail(`was not ready within ${READY_LIMIT_MS / 1000} s`), READY_LIMIT_MS);
    const fail = (/** @type {string} */ why) => {
      clearTimeout(timer);
      child.kill();
      reject(new Error(`${command} ${why}\n${output.slice(-2000)}`));
    };
    const hear = (/** @type {Buffer} */ data) => {
      output = (output + data).slice(-16_384);
      const match = ready.exec(output);
      if (!match) return;
      clearTimeout(timer);
      child.stdout.off("data", hear).resume();
      child.stderr.off("data", hear).resume();
      resolve({ child, match });
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => {
      running.delete(child);
      fail(`ended with ${code}`);
    });
  });
}

/**
 * Runs a program to its end and gives the seconds it took. Its output is thrown away by the kernel.
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptionsWithoutStdio} options
 * @returns {Promise<number>}
 */
export function timeProgram(command, args, options = {}) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "ignore", "inherit"] });
    running.add(child);
    child.once("error", reject);
    child.once("exit", (code) => {
      running.delete(child);
      if (code === 0) resolve((performance.now() - began) / 1000);
      else reject(new Error(`${command} ended with ${code}`));
    });
  });
}

export async function stopPrograms() {
  const ended = [...running].map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of running) child.kill();
  await Promise.all(ended);
}

/** @param {number} pid */
export function residentBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
