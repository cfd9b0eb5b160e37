/**
 * The client role of a WebSocket, after the handshake (websocket-upgrade.ts). It is our own because `ws` puts every
 * message together from the chunks it came in: one copy and one garbage buffer for each 32 KiB of output, which was
 * most of what Porthole spent on a fast stream (npm run bench).
 */
import type { Duplex } from "node:stream";
import { closeReason, ReceivedCode } from "#protocol/close-code.ts";
import { takeReads } from "#server/kube/connect/direct-reads.ts";
import { PacedReading, PIECES_A_TURN } from "#server/kube/connect/paced-reading.ts";
import { controlBudget } from "./frame-budget.ts";
import { LatestAnswer } from "./latest-answer.ts";
import { TurnWrites } from "./turn-writes.ts";
import type { WebSocketConnection, WebSocketConnectionEvents } from "./websocket-connection.ts";
import { closePayload, FrameError, FrameReader, maskedFrame, Opcode, readClose } from "./websocket-frames.ts";
import { HANG_UP_TIMEOUT_MS, UPSTREAM_CLOSE_TIMEOUT_MS } from "./websocket-limits.ts";

const NOTHING = new Uint8Array(0);

export class DialedWebSocket implements WebSocketConnection {
  readonly #writes: TurnWrites;
  readonly #reader = new FrameReader({
    begun: (isControl) => this.#begun(isControl),
    data: (piece, first, binary) => this.#events?.piece(piece, first, binary),
    control: (opcode, payload) => this.#control(opcode, payload),
  });
  readonly #reading: PacedReading;
  readonly #controls = controlBudget();
  /** A peer that asks and never reads gets no queue of answers. */
  readonly #pongs = new LatestAnswer((payload, done) => {
    if (this.open) this.#write(maskedFrame(Opcode.Pong, null, payload), done);
    else done();
  });
  #events: WebSocketConnectionEvents | null = null;
  /** Of the chunk that was read last. */
  #kept: Buffer | null = null;
  #goingOn = false;
  /** Open; closing: our close frame is sent; closed: the peer's has come, or the connection is gone. */
  #state: "open" | "closing" | "closed" = "open";
  #timer: NodeJS.Timeout | undefined;

  /** @param socket not read since the 101; what came with that was put back into it */
  constructor(private readonly socket: Duplex) {
    this.#writes = new TurnWrites(socket);
    this.#reading = new PacedReading({ pause: () => socket.pause(), resume: () => this.#goOn() });
    socket.pause();
    socket.on("data", (chunk: Buffer) => this.#data(chunk));
    takeReads(socket, (chunk) => this.#data(chunk));
    socket.on("drain", () => this.#events?.drain());
    // 'close' follows.
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      // What came before the end is given on, in one turn now.
      while (this.#kept && this.#state !== "closed") this.#takeKept();
      this.#closed(ReceivedCode.Abnormal, "");
    });
    if (socket.destroyed) process.nextTick(() => this.#closed(ReceivedCode.Abnormal, ""));
  }

  get open(): boolean {
    return this.#state === "open" && this.socket.writable;
  }

  get queuedBytes(): number {
    return this.socket.writableLength + this.#writes.pendingBytes;
  }

  listen(events: WebSocketConnectionEvents): void {
    this.#events = events;
  }

  sendFrame(channel: number, payload: Uint8Array): void {
    if (this.open) this.#writes.own(maskedFrame(Opcode.Binary, channel, payload));
  }

  sendBytes(bytes: Uint8Array, done?: (error?: Error | null) => void): void {
    if (this.open) this.#write(maskedFrame(Opcode.Binary, null, bytes), done);
    else done?.();
  }

  ping(): void {
    if (this.open) this.#write(maskedFrame(Opcode.Ping, null, NOTHING));
  }

  pong(): void {
    if (this.open) this.#write(maskedFrame(Opcode.Pong, null, NOTHING));
  }

  pause(): void {
    this.#reading.hold();
  }

  resume(): void {
    this.#reading.release();
  }

  leave(): void {
    if (!this.open) return;
    this.#state = "closing";
    this.#writes.flush();
    this.socket.end();
    this.#dropAfter(HANG_UP_TIMEOUT_MS);
  }

  close(code: number, reason: string): void {
    if (!this.open) return;
    this.#state = "closing";
    this.#write(maskedFrame(Opcode.Close, null, closePayload(code, closeReason(reason))));
    this.#dropAfter(UPSTREAM_CLOSE_TIMEOUT_MS);
  }

  terminate(): void {
    this.socket.destroy();
  }

  #write(frame: Buffer, done?: (error?: Error | null) => void): void {
    this.#writes.keep(null, frame, done);
  }

  #data(chunk: Buffer): void {
    // Behind a close frame nothing counts (RFC 6455 section 1.4).
    if (this.#state === "closed") return;
    try {
      const used = this.#reader.push(chunk, PIECES_A_TURN);
      if (used === chunk.byteLength) return;
      // Its memory is read into again.
      this.#kept = Buffer.from(chunk.subarray(used));
      this.#reading.rest(0);
    } catch (error) {
      this.#events?.failed({ cause: "protocol", words: (error as Error).message });
      this.leave();
      this.#closed(ReceivedCode.Abnormal, "");
    }
  }

  /** Frames of a few bytes come ten thousand in a chunk: what a turn has left of it is taken in the next ones. */
  #goOn(): void {
    if (!this.#kept) {
      this.socket.resume();
      return;
    }
    if (this.#goingOn) return;
    this.#goingOn = true;
    setImmediate(() => {
      this.#goingOn = false;
      if (this.#reading.stopped) return;
      this.#takeKept();
      if (!this.#reading.stopped) this.#goOn();
    });
  }

  #takeKept(): void {
    const kept = this.#kept;
    this.#kept = null;
    if (kept) this.#data(kept);
  }

  #control(opcode: number, payload: Buffer): void {
    if (this.#state === "closed") return;
    if (opcode === Opcode.Pong) {
      this.#events?.pong();
    } else if (opcode === Opcode.Ping) {
      this.#pongs.ask(payload);
    } else {
      const { code, reason } = readClose(payload);
      if (this.#state === "open") this.#write(maskedFrame(Opcode.Close, null, payload.subarray(0, 2)));
      this.socket.end();
      this.#dropAfter(UPSTREAM_CLOSE_TIMEOUT_MS);
      this.#closed(code, reason);
    }
  }

  /** Output may come byte by byte; what asks for answers may not. */
  #begun(isControl: boolean): void {
    if (isControl && this.#controls.take() > 0) throw new FrameError("more pings than anybody needs came");
  }

  #dropAfter(ms: number): void {
    this.#timer ??= setTimeout(() => this.socket.destroy(), ms).unref();
  }

  #closed(code: number, reason: string): void {
    if (this.socket.destroyed) clearTimeout(this.#timer);
    if (this.#state === "closed") return;
    this.#state = "closed";
    // Read on to the end of the connection, or it would stay.
    this.#reading.release();
    this.#events?.closed(code, reason);
  }
}
