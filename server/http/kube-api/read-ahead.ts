/**
 * The beginning of an answer, held back until it is whole or too much: once its head has gone to the client, nothing can
 * be said any more about an API server that breaks off in the middle but by breaking off as well.
 */
import type { IncomingMessage } from "node:http";
import { GatheredBytes } from "#server/kube/api/gathered-bytes.ts";
import { PacedReading } from "#server/kube/connect/paced-reading.ts";
import { KubeError } from "#server/kube/errors.ts";

export interface ReadLimits {
  /** From the request to the head of its answer; logs that are followed have none before their first line. */
  headMs: number;
  /** Between two pieces of an answer that ends by itself. */
  idleMs: number;
  /** So much of an answer is held. A page of 500 pods fits. */
  heldBytes: number;
}

export const READ_LIMITS: ReadLimits = {
  headMs: 30_000,
  idleMs: 30_000,
  heldBytes: 8 * 1024 * 1024,
};

/**
 * Of all answers together, whoever asks and whether or not they take them: more is passed on as it comes. With it what
 * clients that ask and never read can make us keep is bounded (threats.md A29).
 */
const MAX_HELD_BYTES = 16 * 1024 * 1024;
let heldBytes = 0;

export interface Ahead {
  held: Buffer;
  /** False: the answer is paused and its rest is still to be read. */
  whole: boolean;
  /** Call once when the client has what was held, or is gone. */
  release(): void;
}

/**
 * @param peer as a sentence begins with it
 * @throws KubeError when it broke off or stood still
 */
export function readAhead(answer: IncomingMessage, peer: string, limits: ReadLimits): Promise<Ahead> {
  return new Promise((resolve, reject) => {
    const gathered = new GatheredBytes();
    const reading = new PacedReading(answer);
    let bytes = 0;
    const release = () => {
      heldBytes -= bytes;
      bytes = 0;
    };
    const stop = () => {
      clearTimeout(timer);
      answer.off("data", onData).off("end", onEnd).off("close", onClose);
    };
    const onData = (piece: Buffer) => {
      gathered.add(piece);
      bytes += piece.byteLength;
      heldBytes += piece.byteLength;
      timer.refresh();
      if (bytes <= limits.heldBytes && heldBytes <= MAX_HELD_BYTES) {
        reading.count();
        return;
      }
      reading.hold();
      stop();
      resolve({ held: gathered.bytes, whole: false, release });
    };
    const onEnd = () => {
      stop();
      resolve({ held: gathered.bytes, whole: true, release });
    };
    const onClose = () => {
      stop();
      const words = `${peer} broke off in the middle of its answer, after ${bytes} bytes.`;
      release();
      reject(new KubeError("BAD_ANSWER", words));
    };
    const timer = setTimeout(() => {
      stop();
      answer.destroy();
      const words = `${peer} stopped in the middle of its answer: after ${bytes} bytes nothing came for ${limits.idleMs / 1_000} seconds.`;
      release();
      reject(new KubeError("TIMEOUT", words));
    }, limits.idleMs);
    answer.on("error", () => {});
    reading.release();
    answer.on("data", onData).once("end", onEnd).once("close", onClose);
    if (answer.destroyed) onClose();
  });
}
