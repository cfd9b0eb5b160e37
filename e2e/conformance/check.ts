/** One statement of the conformance suite: what it says, where that comes from, and how it is tried. */
import { RefusedError } from "./peers/refused-error.ts";
import type { Target } from "./target.ts";

const CHECK_LIMIT_MS = 120_000;

export interface Check {
  /** A whole sentence without its subject's article: "exec: the exit code is told". */
  title: string;
  /** The section of the fact sheet on the wire protocols, and the upstream file it was read in. */
  source: string;
  /** Returns when the statement holds; throws Skip when it cannot be tried here. */
  run(conformance: Conformance): Promise<void>;
}

/** What a check has to work with. */
export interface Conformance {
  target: Target;
  /** The same cluster over a connection that the suite can cut; a sentence says why there is none. */
  cuttable: { target: Target; cut(): void } | string;
  /** A kubectl and its flags for the target; a sentence says why there is none. */
  kubectl: { run(args: readonly string[], input?: string): Promise<KubectlResult> } | string;
  /** Random bytes of the big transfers. */
  transferBytes: number;
  /** How long the slow reader does not read. */
  slowReaderMs: number;
  webPort: number;
  echoPort: number;
  /** Runs when the check is over, last one first. */
  defer(cleanUp: () => void | Promise<void>): void;
}

export interface KubectlResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The statement cannot be tried here; the message says why. */
export class Skip extends Error {
  override readonly name = "Skip";
}

export type Outcome =
  | { kind: "passed" }
  | { kind: "failed"; reason: string }
  | { kind: "skipped"; reason: string };

const NO_V5 = "this API server refuses v5.channel.k8s.io, as those before 1.29 do";

/** x/net's server refuses what it does not speak without a word (protocol.md 1.9). */
function speaksNoV5(error: unknown): boolean {
  return error instanceof RefusedError && error.code === 403 && error.answer.body === "";
}

/** Runs one check within its limit and cleans up after it. */
export async function runCheck(check: Check, common: Omit<Conformance, "defer">): Promise<Outcome> {
  const cleanUps: (() => void | Promise<void>)[] = [];
  let limit: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<never>((_resolve, reject) => {
    const limitMs = CHECK_LIMIT_MS + common.slowReaderMs;
    limit = setTimeout(() => reject(new Error(`not over after ${limitMs / 1000} s`)), limitMs);
  });
  try {
    const running = check.run({ ...common, defer: (cleanUp) => cleanUps.unshift(cleanUp) });
    await Promise.race([running, outOfTime]);
    return { kind: "passed" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!common.target.isPorthole && speaksNoV5(error)) return { kind: "skipped", reason: NO_V5 };
    return { kind: error instanceof Skip ? "skipped" : "failed", reason };
  } finally {
    clearTimeout(limit);
    for (const cleanUp of cleanUps) await cleanUp();
  }
}
