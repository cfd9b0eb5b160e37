/**
 * The stage of every hostile peer: one Porthole in a process of its own, whose memory is looked at from outside
 * (/proc/<pid>/status), a well-behaved terminal beside the attack (hostile-watcher.fixture.ts), and the attackers in the
 * process of the test. A row is an attack; what must hold of all rows is asserted here.
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { HostileApi } from "./hostile-api.fixture.ts";
import { HostileClient, type Where } from "./hostile-client.fixture.ts";
import type { Watched, WatcherOrder } from "./hostile-watcher.fixture.ts";

const MIB = 1024 * 1024;
/** What a hostile peer may cost while it is there. */
const MAX_GROWTH_BYTES = 64 * MIB;
/** What may be left of it: a heap that has been larger keeps pages for the next time, and collects what is dead then. */
const MAX_LEFT_BYTES = 48 * MIB;
const BACK_WITHIN_MS = 10_000;
/** What Porthole itself does wrong it does each time. */
const MOST_TRIES = 3;
const MAX_ECHO_MS = 100;
/** PORTHOLE_LONG=1: as long as the attacks were that found the faults. */
const FLOOD_MS = process.env.PORTHOLE_LONG === "1" ? 8_000 : 800;
const READY_MS = 60_000;
/** Of a row that is tried again, and of the start. */
export const HOSTILE_TIMEOUT_MS = 90_000;
const READY_LINE = /^Porthole is ready at http:\/\/127\.0\.0\.1:(\d+)\//m;

/** One attack. */
export interface Row {
  name: string;
  /** Of docs/threats.md. */
  threat: string;
  /** Begins it. What it opened is closed by the stage. */
  attack(stage: Scene): Promise<void> | void;
}

/** What a row has to work with. */
export interface Scene {
  client: HostileClient;
  api: HostileApi;
  /** Fires when the row is over. */
  over: AbortSignal;
}

export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), "porthole-hostile-"));
  readonly #api = new HostileApi();
  #porthole: ChildProcess | undefined;
  #watcher: ChildProcess | undefined;
  #where: Where = { port: 0, token: randomBytes(32).toString("base64url") };
  #output = "";

  async start(): Promise<void> {
    const bad = await this.#api.start();
    const watcher = fork(join(import.meta.dirname, "hostile-watcher.fixture.ts"), {
      execArgv: ["--import", "tsx"],
    });
    this.#watcher = watcher;
    const [{ port: good }] = (await once(watcher, "message")) as [{ port: number }];
    const kubeconfig = join(this.#folder, "config");
    writeFileSync(kubeconfig, configOf({ good, bad }));
    await this.#startPorthole(kubeconfig);
    const { port, token } = this.#where;
    this.#order({ watch: { pid: this.#porthole!.pid!, port, token } });
    await once(watcher, "message");
    await this.#warmUp();
  }

  /** Tried again: on a loaded machine the kernel gives the processor to somebody else. */
  async run(row: Row): Promise<void> {
    const before: string[] = [];
    for (let tries = 1; ; tries += 1) {
      const problems = await this.#once(row);
      if (problems.length === 0) return;
      if (tries === MOST_TRIES)
        expect(problems, `${row.name} (before: ${before.join("; ")})\n${this.#output.slice(-2_000)}`).toEqual(
          [],
        );
      before.push(...problems);
    }
  }

  async close(): Promise<void> {
    this.#api.close();
    for (const child of [this.#porthole, this.#watcher]) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "close");
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #once(row: Row): Promise<string[]> {
    const { rssBytes: before } = await this.#report();
    const over = new AbortController();
    const scene: Scene = {
      client: new HostileClient(this.#where, over.signal),
      api: this.#api,
      over: over.signal,
    };
    await row.attack(scene);
    await delay(FLOOD_MS);
    const during = await this.#report();
    over.abort();
    this.#api.reset();
    await this.#endAll();
    let after = during;
    for (const began = performance.now(); performance.now() - began < BACK_WITHIN_MS; ) {
      await delay(100);
      after = await this.#report();
      if (after.rssBytes - before <= MAX_LEFT_BYTES) break;
    }
    const grown = during.rssMaxBytes - before;
    const left = after.rssBytes - before;
    const echoMs = during.echoMaxMs;
    if (process.env.HOSTILE_SHOW)
      process.stderr.write(
        `${row.name}: +${mib(grown)} MiB, left ${mib(left)}, echo ${during.echoMaxMs.toFixed(0)} clock ${during.clockMaxMs.toFixed(0)} of ${during.keys}\n`,
      );
    return [
      ...(during.closed ? [`the terminal beside it was ${during.closed}`] : []),
      ...(grown > MAX_GROWTH_BYTES ? [`grew by ${mib(grown)} MiB`] : []),
      ...(left > MAX_LEFT_BYTES ? [`${mib(left)} MiB were left after ${BACK_WITHIN_MS} ms`] : []),
      ...(echoMs > MAX_ECHO_MS ? [`an echo beside it took ${Math.round(echoMs)} ms`] : []),
    ];
  }

  async #startPorthole(kubeconfig: string): Promise<void> {
    const main = join(import.meta.dirname, "main.ts");
    const flags = ["--no-open", "--port", "0", "--kubeconfig", kubeconfig];
    const child = spawn(process.execPath, ["--import", "tsx", main, ...flags], {
      env: { ...process.env, PORTHOLE_TOKEN: this.#where.token, NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#porthole = child;
    const port = await new Promise<number>((resolve, reject) => {
      const fail = () => reject(new Error(`Porthole did not start:\n${this.#output}`));
      const limit = setTimeout(fail, READY_MS);
      child.once("close", fail);
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => {
          this.#output = (this.#output + text).slice(-64 * 1024);
          const ready = READY_LINE.exec(this.#output);
          if (!ready) return;
          clearTimeout(limit);
          child.off("close", fail);
          resolve(Number(ready[1]));
        });
      }
    });
    this.#where = { ...this.#where, port };
  }

  /** What is compiled, connected and allocated once is there before the first row. */
  async #warmUp(): Promise<void> {
    const over = new AbortController();
    const client = new HostileClient(this.#where, over.signal);
    const target = { cluster: "bad", namespace: "default", pod: "any" };
    for (let times = 0; times < 20; times += 1) {
      const session = await client.api<{ id: string }>("POST", "/api/sessions", {
        ...target,
        command: ["cat"],
      });
      await client.api("DELETE", `/api/sessions/${session.id}`);
    }
    await delay(1_000);
    await this.#report();
    over.abort();
  }

  /** As a person ends what they opened: there is room for so many of each. */
  async #endAll(): Promise<void> {
    const client = new HostileClient(this.#where, new AbortController().signal);
    for (const kind of ["sessions", "forwards"]) {
      const all = await client.api<Record<string, { id: string }[]>>("GET", `/api/${kind}`);
      for (const { id } of all[kind] ?? []) await client.api("DELETE", `/api/${kind}/${id}`).catch(() => {});
    }
  }

  #order(order: WatcherOrder): void {
    this.#watcher!.send(order);
  }

  async #report(): Promise<Watched> {
    this.#order({ report: true });
    const [watched] = (await once(this.#watcher!, "message")) as [Watched];
    return watched;
  }
}

function mib(bytes: number): number {
  return Math.round(bytes / MIB);
}

function configOf(ports: Record<string, number>): string {
  const names = Object.keys(ports);
  return JSON.stringify({
    clusters: names.map((name) => ({ name, cluster: { server: `http://127.0.0.1:${ports[name]}` } })),
    users: names.map((name) => ({ name, user: { token: "of-nobody" } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
  });
}
