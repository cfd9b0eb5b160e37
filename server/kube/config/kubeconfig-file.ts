/**
 * One kubeconfig file while it is rewritten: what of it counts now. Writers truncate and write in place, replace by
 * rename, retarget a symbolic link, or delete first and write again; whoever looks meanwhile sees an empty file, half
 * a file that is valid YAML, or none. So a change counts once nothing has changed any more for a while, a long one when
 * something that was there is gone or different, and what cannot be read never counts. Next hop: live-kubeconfig.ts.
 */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { isMissing } from "#server/files/bounded-file.ts";
import { KubeError } from "../errors.ts";
import type { UnreadKubeconfig } from "../types.ts";
import { type Kubeconfig, parseKubeconfig } from "./kubeconfig.ts";
import { addsOnly, keepsEveryName, NO_ENTRIES } from "./kubeconfig-change.ts";
import { readKubeconfigFile } from "./kubeconfig-source.ts";

/** A whole file that has more than before and nothing else. */
export const ADDED_SETTLE_MS = 100;
/** Something is gone or different: what half a file looks like. */
export const CHANGED_SETTLE_MS = 2_000;
/** A file that never rests counts as it is after this, when no name in it is gone. */
export const MAX_UNSETTLED_MS = 10_000;
/** Stamps are coarse: what was written just before it was read may be written again without another stamp. */
const STAMP_GRAIN_MS = 1_000;
/** Some network file systems keep the old stamp. */
const REREAD_AFTER_MS = 60_000;

interface Content {
  hash: string;
  /** Null: it cannot be read, and `problem` says why. */
  config: Kubeconfig | null;
  problem: string;
  /** Ends as a file does that was written to its end. */
  whole: boolean;
}

interface Pending extends Content {
  since: number;
}

export class KubeconfigFile {
  #config: Kubeconfig | null = null;
  #hash = "";
  #stamp = "";
  #readAt = 0;
  #pending: Pending | null = null;
  #unsettledSince = 0;
  #badSince: number | null = null;

  /** @param mustExist whether a file that is gone is a fault, and no file without entries */
  constructor(
    readonly path: string,
    private readonly mustExist: boolean,
    private readonly now: () => number = Date.now,
  ) {}

  /** What counts; null while there is no such file. */
  get config(): Kubeconfig | null {
    return this.#config;
  }

  /** Since when what counts is not what is there. A writer who is about to finish is no news. */
  get unread(): UnreadKubeconfig | undefined {
    const since = this.#badSince;
    if (since === null || !this.#pending || this.now() - since < CHANGED_SETTLE_MS) return undefined;
    return { since, problem: this.#pending.problem };
  }

  /** When to look again, should nothing happen until then; null when all is settled. */
  get lookAgainInMs(): number | null {
    const pending = this.#pending;
    if (!pending) return null;
    const waitMs = pending.since + this.#settleMs(pending) - this.now();
    // What cannot be read only another change can mend.
    return pending.config || waitMs > 0 ? Math.max(ADDED_SETTLE_MS, waitMs) : null;
  }

  /** The first time, when there is nothing to fall back to. @throws KubeError CONFIG */
  async open(): Promise<void> {
    this.#stamp = await stampOf(this.path);
    this.#readAt = this.now();
    const bytes = await readKubeconfigFile(this.path, this.mustExist);
    this.#config = bytes === null ? null : parseKubeconfig(bytes, this.path);
    this.#hash = hashOf(bytes);
  }

  /**
   * Looks whether it changed.
   * @param force takes what can be read at once: somebody says that it is finished
   * @returns whether `config` is another one now
   */
  async look(force = false): Promise<boolean> {
    const stamp = await stampOf(this.path);
    // A pipe was read once and is empty now; to read /dev/null again tells nothing.
    if (stamp === SPECIAL) return false;
    const now = this.now();
    if (!force && !this.#pending && stamp === this.#stamp && now - this.#readAt < REREAD_AFTER_MS)
      return false;
    const content = await this.#read();
    this.#readAt = now;
    this.#stamp = isGrained(stamp, now) ? "" : stamp;
    if (content.hash === this.#hash) {
      this.#pending = null;
      this.#badSince = null;
      return false;
    }
    if (!this.#pending) this.#unsettledSince = now;
    if (this.#pending?.hash !== content.hash) this.#pending = { ...content, since: now };
    this.#badSince = content.config ? null : (this.#badSince ?? now);
    return this.#take(this.#pending, force);
  }

  #take(pending: Pending, force: boolean): boolean {
    const { config, hash } = pending;
    if (!config) return false;
    const now = this.now();
    const restless =
      now - this.#unsettledSince >= MAX_UNSETTLED_MS && keepsEveryName(this.#config ?? NO_ENTRIES, config);
    if (!force && !restless && now - pending.since < this.#settleMs(pending)) return false;
    this.#config = config === NO_ENTRIES ? null : config;
    this.#hash = hash;
    this.#pending = null;
    return true;
  }

  #settleMs({ config, whole }: Content): number {
    const added = config && whole && addsOnly(this.#config ?? NO_ENTRIES, config);
    return added ? ADDED_SETTLE_MS : CHANGED_SETTLE_MS;
  }

  async #read(): Promise<Content> {
    let bytes: Buffer | null = null;
    try {
      bytes = await readKubeconfigFile(this.path, this.mustExist);
      const text = bytes?.toString("utf8");
      const before = this.#config ?? NO_ENTRIES;
      if (text?.trim() === "" && before.contexts.size > 0) {
        throw new KubeError("CONFIG", `The kubeconfig ${this.path} is empty`);
      }
      const config = bytes === null ? NO_ENTRIES : parseKubeconfig(bytes, this.path);
      return { hash: hashOf(bytes), config, problem: "", whole: text !== undefined && looksWhole(text) };
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      return { hash: hashOf(bytes ?? error.message), config: null, problem: error.message, whole: false };
    }
  }
}

const SPECIAL = "special";
const MISSING = "missing";

/** Of the file that links lead to: a retargeted one leads to another inode. */
async function stampOf(path: string): Promise<string> {
  try {
    const file = await stat(path);
    const { dev, ino, size, mtimeMs, ctimeMs } = file;
    const special = file.isFIFO() || file.isCharacterDevice() || file.isSocket();
    return special ? SPECIAL : `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`;
  } catch (error) {
    return isMissing(error) ? MISSING : "unreadable";
  }
}

function isGrained(stamp: string, now: number): boolean {
  const changedAt = Number(stamp.split(":").at(-1));
  return now - changedAt < STAMP_GRAIN_MS;
}

function looksWhole(text: string): boolean {
  return text.endsWith("\n") || (text.startsWith("{") && text.trimEnd().endsWith("}"));
}

/** Of tokens too, so it is kept in the place of the content. */
function hashOf(content: string | Buffer | null): string {
  return content === null ? MISSING : createHash("sha256").update(content).digest("base64");
}
