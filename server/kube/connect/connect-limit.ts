/** A connection that is not there after the limit is given up; TCP alone would try for two minutes. */
import type { Duplex } from "node:stream";
import { KubeError } from "../errors.ts";

export const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Destroys the socket with a KubeError when `ready` (connect, secureConnect) does not come in time.
 * @param where for the message: `kube.example:6443`
 */
export function limitConnect(
  socket: Duplex,
  ready: "connect" | "secureConnect",
  where: string,
  limitMs = CONNECT_TIMEOUT_MS,
): void {
  const timer = setTimeout(() => socket.destroy(connectTimeout(where, limitMs)), limitMs);
  const clear = () => clearTimeout(timer);
  socket.once(ready, clear);
  socket.once("close", clear);
}

export function connectTimeout(where: string, limitMs: number): KubeError {
  return new KubeError("TIMEOUT", `No connection to ${where} within ${limitMs / 1000} seconds.`);
}
