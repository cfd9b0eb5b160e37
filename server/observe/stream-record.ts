/** One stream to an API server, written to while it lives; the metrics are counted with it. */
import type { StreamDetails } from "#protocol/api.ts";
import type { TranslatedAt } from "#protocol/session-event.ts";
import type { Fallback, StreamEnd } from "#protocol/stream-end.ts";
import type { Metrics } from "./metrics.ts";

/** What is known when a stream is asked for. */
export type Dial = Pick<StreamDetails, "cluster" | "namespace" | "pod" | "subresource" | "dialledAt">;

/** How a stream came about. */
export interface OpenedStream {
  subprotocol: string;
  transport: "websocket" | "spdy";
  handshakeMs: number;
  fallback?: Fallback;
}

export type LiveNumbers = Pick<StreamDetails, "bytesUp" | "bytesDown" | "channels" | "rttMs">;

/** Of a stream that never opened, and of one that opened just now. */
const NO_NUMBERS: LiveNumbers = { bytesUp: 0, bytesDown: 0, channels: null, rttMs: null };

export class StreamRecord {
  #details: StreamDetails;
  readonly #counted = { up: 0, down: 0 };
  readonly #openedAt = Date.now();
  #translatedAt: TranslatedAt;

  constructor(
    id: number,
    dial: Dial,
    opened: OpenedStream,
    private readonly metrics: Metrics,
    private readonly onEnd: () => void,
    /** Numbers that change while the stream is open. */
    private readonly live: () => LiveNumbers,
  ) {
    const { fallback, transport, subprotocol, handshakeMs } = opened;
    this.#translatedAt = transport === "spdy" ? "porthole" : "unknown";
    this.#details = {
      id,
      ...dial,
      downstream: null,
      upstream: subprotocol,
      transport,
      ...(fallback ? { fallback: fallback.words, fallbackCode: fallback.code } : {}),
      translatedAt: this.#translatedAt,
      handshakeMs: Math.round(handshakeMs * 10) / 10,
      firstByteMs: null,
      ...NO_NUMBERS,
      openedAt: this.#openedAt,
      endedAt: null,
      ended: null,
      endCause: null,
    };
    if (fallback) this.metrics.countFallback(dial.subresource, fallback);
    this.#active(1);
  }

  get details(): StreamDetails {
    return this.#details.endedAt === null ? { ...this.#details, ...this.live() } : this.#details;
  }

  /** What the client beside it speaks. */
  setDownstream(subprotocol: string): void {
    this.#details.downstream = subprotocol;
  }

  setTranslatedAt(where: TranslatedAt): void {
    if (this.#details.endedAt !== null) return;
    this.#active(-1);
    this.#details.translatedAt = where;
    this.#translatedAt = where;
    this.#active(1);
  }

  firstByte(): void {
    const firstByteMs = Date.now() - this.#openedAt;
    this.#details.firstByteMs = firstByteMs;
    this.metrics.firstByte.observe({ subresource: this.#details.subresource }, firstByteMs / 1000);
  }

  /** Adds to the metrics what it has carried since this was last called. */
  countBytes(): void {
    const { subresource, bytesUp, bytesDown } = this.details;
    for (const [direction, bytes] of [["up", bytesUp] as const, ["down", bytesDown] as const]) {
      // A socket that is dropped takes back what it had not sent; a counter cannot.
      const more = Math.max(0, bytes - this.#counted[direction]);
      this.metrics.bytes.inc({ subresource, direction }, more);
      this.#counted[direction] += more;
    }
  }

  /**
   * The first end counts.
   * @param leg on which it ended: the API server's or the client's
   */
  end({ cause, words }: StreamEnd, leg: "upstream" | "downstream" = "upstream"): void {
    if (this.#details.endedAt !== null) return;
    this.#active(-1);
    const over = { endedAt: Date.now(), ended: words, endCause: cause };
    this.#details = { ...this.#details, ...this.live(), ...over };
    this.countBytes();
    this.metrics.countEnd(this.#details.subresource, cause, leg);
    this.onEnd();
  }

  #active(change: 1 | -1): void {
    const labels = { subresource: this.#details.subresource, translated_at: this.#translatedAt };
    this.metrics.active.inc(labels, change);
  }
}

/** A dial that never became a stream: null stands for what never was. */
export function failedStream(id: number, dial: Dial, { cause, words }: StreamEnd): StreamDetails {
  return {
    id,
    ...dial,
    downstream: null,
    upstream: null,
    transport: null,
    translatedAt: null,
    handshakeMs: null,
    firstByteMs: null,
    ...NO_NUMBERS,
    openedAt: null,
    endedAt: Date.now(),
    ended: words,
    endCause: cause,
  };
}
