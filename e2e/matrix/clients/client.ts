/** What every client of the matrix can do, so that the proofs are written once. */

import type { Target } from "../../conformance/target.ts";
import type { Reader } from "../../waiting.ts";

/** What a command prints when it is ready for its input; what comes before it is not looked at. */
export const READY = "@ready@";

export type Input = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface RunRequest {
  /** For `sh -c`. */
  script: string;
  tty: boolean;
  /** Sent as fast as it is taken, once READY has come. */
  input?: Input;
  /** Called when READY has come, with what the client reads its output from. */
  onReady?(reader: Reader): void;
  /** Called with what RunResult.bytes is by now. */
  onBytes?(total: number): void;
  /** The last bytes are no data: they are kept apart. */
  tailBytes?: number;
  /** Terminal size. */
  size?: { columns: number; rows: number };
}

export interface RunResult {
  /** Null: no exit code was told. */
  code: number | null;
  /** After READY. */
  bytes: number;
  sha256: string;
  /** The first of it, as text. */
  text: string;
  /** The last RunRequest.tailBytes; in none of the above. */
  tail: string;
  /** Without a terminal. */
  stderr: string;
}

export interface LocalPort {
  port: number;
  stop(): Promise<void>;
}

export interface MatrixClient {
  run(request: RunRequest): Promise<RunResult>;
  /** Attaches to the shell pod until some lines of output have come. */
  attach(): Promise<string>;
  /** A port of the web pod as a TCP port of this machine. */
  forward(port: number): Promise<LocalPort>;
  copyTo(local: string, remote: string): Promise<void>;
  copyFrom(remote: string, local: string): Promise<void>;
}

/** One upstream, seen through one Porthole. */
export interface Site {
  target: Target;
  /** The same over connections that can be cut. */
  cuttable: { target: Target; cut(): void };
  caFile: string;
  /** The cluster itself, without Porthole. */
  direct: { kubeconfig: string; context: string };
  /** For files of the clients; removed at the end. */
  folder: string;
  webPort: number;
  echoPort: number;
}

export const PLACE = { namespace: "default", pod: "shell", container: "main" } as const;
export const FORWARD_PLACE = { namespace: "default", pod: "web" } as const;
