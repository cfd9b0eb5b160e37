/**
 * The beginning of an answer, held back until it is whole or too much: once its head has gone to the client, nothing can
 * be said any more about an API server that breaks off in the middle but by breaking off as well.
 */
import type { IncomingMessage } from "node:http";
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
 * @param peer as a sentence begins with it
 * @returns with `whole` false, the answer is paused and its rest is still to be read
 * @throws KubeError when it broke off or stood still
 */
export function readAhead(
  answer: IncomingMessage,
  peer: string,
  limits: ReadLimits,
): Promise<{ held: Buffer; whole: boolean }> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const stop = () => {
      clearTimeout(timer);
      answer.off("data", onData).off("end", onEnd).off("close", onClose);
    };
    const onData = (piece: Buffer) => {
      pieces.push(piece);
      bytes += piece.byteLength;
      timer.refresh();
      if (bytes <= limits.heldBytes) return;
      answer.pause();
      stop();
      resolve({ held: Buffer.concat(pieces), whole: false });
    };
    const onEnd = () => {
      stop();
      resolve({ held: Buffer.concat(pieces), whole: true });
    };
    const onClose = () => {
      stop();
      reject(
        new KubeError("BAD_ANSWER", `${peer} broke off in the middle of its answer, after ${bytes} bytes.`),
      );
    };
    const timer = setTimeout(() => {
      stop();
      answer.destroy();
      const words = `${peer} stopped in the middle of its answer: after ${bytes} bytes nothing came for ${limits.idleMs / 1_000} seconds.`;
      reject(new KubeError("TIMEOUT", words));
    }, limits.idleMs);
    answer.on("error", () => {});
    answer.on("data", onData).once("end", onEnd).once("close", onClose);
    if (answer.destroyed) onClose();
  });
}
