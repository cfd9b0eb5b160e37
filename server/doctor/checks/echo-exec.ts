/**
 * One `cat` in the container: what goes in comes back, which tells whether a stream carries bytes both ways. Nothing
 * is left behind: the half-close ends it, and dropping the connection does as well.
 */
import { createHash } from "node:crypto";
import { Channel, MAX_PAYLOAD_BYTES } from "#protocol/channel.ts";
import type { Ending } from "#protocol/status.ts";
import { StatusCollector } from "#protocol/status-collector.ts";
import type { ChannelSocket, ExecDialer, PodTarget, SocketEnd } from "#server/stream/types.ts";

const MAX_STDERR_BYTES = 4 * 1024;

export interface EndedExec {
  end: SocketEnd;
  ending: Ending;
  stderr: string;
  /** Since the stream opened. */
  afterMs: number;
}

export type EchoResult =
  /** Everything came back as it was sent. */
  | { kind: "echoed"; ms: number }
  /** As much came back, but other bytes. */
  | { kind: "changed" }
  | { kind: "ended"; receivedBytes: number; ended: EndedExec }
  /** The limit was over. quietMs: since the last byte. */
  | { kind: "silent"; receivedBytes: number; quietMs: number };

export class EchoExec {
  readonly #openedAt = performance.now();
  readonly #stderr: Buffer[] = [];
  readonly #status = new StatusCollector();
  #stderrBytes = 0;
  #ended: EndedExec | null = null;
  #onStdout: (bytes: Uint8Array) => void = () => {};
  #onDrain: () => void = () => {};
  readonly #over: Promise<EndedExec>;

  /** Rejects as the dialer does. */
  static async open(
    dialer: ExecDialer,
    target: PodTarget & { container?: string | undefined },
    signal: AbortSignal,
  ): Promise<EchoExec> {
    const { namespace, pod, container } = target;
    const { socket, handshakeMs } = await dialer.dialExec(
      {
        ...{ namespace, pod, subresource: "exec", command: ["cat"] },
        ...(container === undefined ? {} : { container }),
        ...{ stdin: true, stdout: true, stderr: true, tty: false },
      },
      signal,
    );
    return new EchoExec(socket, handshakeMs);
  }

  private constructor(
    private readonly socket: ChannelSocket,
    readonly handshakeMs: number,
  ) {
    this.#over = new Promise((resolve) => {
      socket.listen({
        frame: (channel, payload) => this.#receive(channel, payload),
        drain: () => this.#onDrain(),
        end: (end) => {
          this.#ended = {
            end,
            ending: this.#status.ending(),
            stderr: Buffer.concat(this.#stderr).toString("utf8").trim(),
            afterMs: performance.now() - this.#openedAt,
          };
          resolve(this.#ended);
        },
      });
    });
  }

  get subprotocol(): string {
    return this.socket.subprotocol;
  }

  /** Of the last answered ping. */
  get rttMs(): number | null {
    return this.socket.rttMs;
  }

  /** Null while it is open. */
  get ended(): EndedExec | null {
    return this.#ended;
  }

  /** Resolves when it has ended. */
  get over(): Promise<EndedExec> {
    return this.#over;
  }

  /** Sends the bytes in pieces and waits for them to come back. One at a time. */
  async echo(bytes: Uint8Array, signal: AbortSignal, pieceBytes = MAX_PAYLOAD_BYTES): Promise<EchoResult> {
    const started = performance.now();
    const hash = createHash("sha256");
    let receivedBytes = 0;
    let heardAt = started;
    let allBack: () => void = () => {};
    const back = new Promise<"back">((resolve) => {
      allBack = () => resolve("back");
    });
    this.#onStdout = (piece) => {
      hash.update(piece);
      receivedBytes += piece.byteLength;
      heardAt = performance.now();
      if (receivedBytes >= bytes.byteLength) allBack();
    };
    let abort: () => void = () => {};
    const late = new Promise<"late">((resolve) => {
      abort = () => resolve("late");
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) abort();
    });
    const stop = { done: false };
    const sending = this.#send(bytes, pieceBytes, stop);
    const first = await Promise.race([back, late, this.#over]);
    stop.done = true;
    this.#onDrain();
    await sending;
    signal.removeEventListener("abort", abort);
    this.#onStdout = () => {};
    if (first === "late") return { kind: "silent", receivedBytes, quietMs: performance.now() - heardAt };
    if (first !== "back") return { kind: "ended", receivedBytes, ended: first };
    const intact = hash.digest("hex") === createHash("sha256").update(bytes).digest("hex");
    return intact ? { kind: "echoed", ms: performance.now() - started } : { kind: "changed" };
  }

  /** Half-closes stdin and waits for the command to end. Null: it did not within the limit. */
  async finish(signal: AbortSignal): Promise<EndedExec | null> {
    this.socket.send(Channel.Close, Uint8Array.of(Channel.Stdin));
    let abort: () => void = () => {};
    const late = new Promise<null>((resolve) => {
      abort = () => resolve(null);
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) abort();
    });
    const ended = await Promise.race([this.#over, late]);
    signal.removeEventListener("abort", abort);
    return ended;
  }

  terminate(): void {
    this.socket.terminate();
  }

  async #send(bytes: Uint8Array, pieceBytes: number, stop: { done: boolean }): Promise<void> {
    for (let at = 0; at < bytes.byteLength && !stop.done; at += pieceBytes) {
      const room = this.socket.send(Channel.Stdin, bytes.subarray(at, at + pieceBytes));
      if (room) continue;
      await new Promise<void>((resolve) => {
        this.#onDrain = resolve;
        if (stop.done) resolve();
      });
    }
  }

  #receive(channel: number, payload: Uint8Array): void {
    if (channel === Channel.Stdout) {
      this.#onStdout(payload);
    } else if (channel === Channel.Stderr) {
      this.#stderrBytes += payload.byteLength;
      if (this.#stderrBytes <= MAX_STDERR_BYTES) this.#stderr.push(Buffer.from(payload));
    } else if (channel === Channel.Error) {
      this.#status.push(payload);
    }
  }
}
