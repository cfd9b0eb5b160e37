/**
 * Decides when a connection must stop reading. SPDY in Kubernetes has no windows, so one slow reader can only
 * be answered by pausing every stream of the connection (head of line): a known cost, paid to bound memory.
 */
import {
  CONNECTION_BUFFER_BYTES,
  CONNECTION_RESUME_BYTES,
  STREAM_BUFFER_BYTES,
  STREAM_RESUME_BYTES,
} from "./frames/constants.ts";

export class InputGate {
  readonly #onChange: (closed: boolean) => void;
  readonly #slow = new Set<number>();
  #total = 0;
  #full = false;
  #closed = false;
  #held = false;
  #resting = false;
  #shut = false;

  constructor(onChange: (closed: boolean) => void) {
    this.#onChange = onChange;
  }

  /** True while reading is paused for a slow reader. */
  get closed(): boolean {
    return this.#closed;
  }

  /** True while reading is paused, for whatever reason. */
  get shut(): boolean {
    return this.#shut;
  }

  /** Pauses until everybody else has had a turn: frames without bytes cost time, and nobody's buffer. */
  rest(): void {
    if (this.#resting) return;
    this.#resting = true;
    this.#update();
    setImmediate(() => {
      this.#resting = false;
      this.#update();
    });
  }

  /** True when reading was paused at any time since this was last asked. */
  takeHeld(): boolean {
    const held = this.#held || this.#closed;
    this.#held = false;
    return held;
  }

  /**
   * A stream's buffer went from `before` to `after` bytes.
   * @param growing false once no more can come for this stream: then pausing on its account helps nobody
   */
  report(streamId: number, before: number, after: number, growing: boolean): void {
    this.#total += after - before;
    if (this.#total > CONNECTION_BUFFER_BYTES) this.#full = true;
    else if (this.#total <= CONNECTION_RESUME_BYTES) this.#full = false;

    if (growing && after > STREAM_BUFFER_BYTES) this.#slow.add(streamId);
    else if (!growing || after <= STREAM_RESUME_BYTES) this.#slow.delete(streamId);

    this.#closed = this.#full || this.#slow.size > 0;
    this.#held ||= this.#closed;
    this.#update();
  }

  #update(): void {
    const shut = this.#closed || this.#resting;
    if (shut === this.#shut) return;
    this.#shut = shut;
    this.#onChange(shut);
  }
}
