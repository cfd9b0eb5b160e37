/** What is known of every stream to an API server, open and lately ended, and the metrics that come of it. */
import type { StreamDetails } from "#protocol/api.ts";
import type { TranslatedAt } from "#protocol/session-event.ts";
import type { Metrics } from "./metrics.ts";

/** Ended streams kept for whoever asks what happened. */
const MAX_ENDED = 200;

type Opened = Pick<
  StreamDetails,
  "cluster" | "namespace" | "pod" | "subresource" | "upstream" | "transport" | "handshakeMs"
> & { fallback?: string };

export type LiveNumbers = Pick<StreamDetails, "bytesUp" | "bytesDown" | "channels" | "rttMs">;

/** One stream, written to while it lives. */
export class StreamRecord {
  #details: StreamDetails;
  readonly #counted = { up: 0, down: 0 };

  constructor(
    id: number,
    opened: Opened,
    private readonly metrics: Metrics,
    private readonly onEnd: () => void,
    /** Numbers that change while the stream is open. */
    private readonly live: () => LiveNumbers,
  ) {
    const { fallback, ...rest } = opened;
    this.#details = {
      id,
      ...rest,
      handshakeMs: Math.round(rest.handshakeMs * 10) / 10,
      ...(fallback ? { fallback } : {}),
      downstream: null,
      translatedAt: opened.transport === "spdy" ? "porthole" : "unknown",
      firstByteMs: null,
      rttMs: null,
      bytesUp: 0,
      bytesDown: 0,
      channels: null,
      openedAt: Date.now(),
      endedAt: null,
      ended: null,
    };
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
    this.#active(1);
  }

  firstByte(): void {
    this.#details.firstByteMs = Date.now() - this.#details.openedAt;
    this.metrics.firstByte.observe(
      { subresource: this.#details.subresource },
      this.#details.firstByteMs / 1000,
    );
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
   * @param why who closed it and why, in words; the first word counts
   * @param deadPeer which leg stopped answering pings, if that was it
   */
  end(why: string, deadPeer: "upstream" | "downstream" | null = null): void {
    if (this.#details.endedAt !== null) return;
    this.#active(-1);
    this.#details = { ...this.#details, ...this.live(), endedAt: Date.now(), ended: why };
    this.countBytes();
    if (deadPeer) this.metrics.pingsLost.inc({ subresource: this.#details.subresource, leg: deadPeer });
    this.onEnd();
  }

  #active(change: 1 | -1): void {
    const { subresource, translatedAt } = this.#details;
    this.metrics.active.inc({ subresource, translated_at: translatedAt }, change);
  }
}

export class StreamLog {
  readonly #open = new Map<number, StreamRecord>();
  readonly #ended: StreamRecord[] = [];
  #nextId = 1;

  constructor(readonly metrics: Metrics) {
    metrics.countLive = () => {
      for (const record of this.#open.values()) record.countBytes();
    };
  }

  open(opened: Opened, live: () => LiveNumbers): StreamRecord {
    const id = this.#nextId;
    this.#nextId += 1;
    const record = new StreamRecord(id, opened, this.metrics, () => this.#close(id), live);
    this.#open.set(id, record);
    return record;
  }

  /** Newest first. */
  list(): StreamDetails[] {
    return [...this.#ended, ...this.#open.values()]
      .map((record) => record.details)
      .sort((one, other) => other.id - one.id);
  }

  #close(id: number): void {
    const record = this.#open.get(id);
    if (!record) return;
    this.#open.delete(id);
    this.#ended.push(record);
    if (this.#ended.length > MAX_ENDED) this.#ended.shift();
  }
}
