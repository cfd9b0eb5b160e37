/** What is known of every stream to an API server, open and lately ended, and of every dial that lately failed. */
import type { StreamDetails } from "#protocol/api.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { Metrics } from "./metrics.ts";
import {
  type Dial,
  failedStream,
  type LiveNumbers,
  type OpenedStream,
  StreamRecord,
} from "./stream-record.ts";

/** Ended streams kept for whoever asks what happened. */
const MAX_ENDED = 200;
/** Failed dials, apart: a page that asks again and again for a pod that is gone must not push out what ended well. */
const MAX_FAILED = 100;

export class StreamLog {
  readonly #open = new Map<number, StreamRecord>();
  readonly #ended: StreamDetails[] = [];
  readonly #failed: StreamDetails[] = [];
  #nextId = 1;

  constructor(private readonly metrics: Metrics) {
    metrics.countLive = () => {
      for (const record of this.#open.values()) record.countBytes();
    };
  }

  open(dial: Dial, opened: OpenedStream, live: () => LiveNumbers): StreamRecord {
    const id = this.#takeId();
    const record = new StreamRecord(id, dial, opened, this.metrics, () => this.#close(id), live);
    this.#open.set(id, record);
    return record;
  }

  /** A dial that was refused, got no answer, or was given up. */
  failed(dial: Dial, end: StreamEnd): void {
    this.metrics.countEnd(dial.subresource, end.cause, "upstream");
    keep(this.#failed, failedStream(this.#takeId(), dial, end), MAX_FAILED);
  }

  /** Newest first. */
  list(): StreamDetails[] {
    return [
      ...this.#ended,
      ...this.#failed,
      ...[...this.#open.values()].map((record) => record.details),
    ].sort((one, other) => other.id - one.id);
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId += 1;
    return id;
  }

  #close(id: number): void {
    const record = this.#open.get(id);
    if (!record) return;
    this.#open.delete(id);
    keep(this.#ended, record.details, MAX_ENDED);
  }
}

function keep(list: StreamDetails[], details: StreamDetails, most: number): void {
  list.push(details);
  if (list.length > most) list.shift();
}
