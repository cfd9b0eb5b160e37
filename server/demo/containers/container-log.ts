/** What one container's main process has printed: the last lines of it, for logs and for attach. */

/** Older lines are dropped, as a kubelet rotates files. */
const MAX_LINES = 2_000;
/** Dropped many at a time: shifting an array for every line would move it every time. */
const DROP_AT_ONCE = 500;

export interface LogLine {
  /** Unix milliseconds. */
  at: number;
  text: string;
}

export class ContainerLog {
  #lines: LogLine[] = [];
  /** Number of the first line still held; lines are numbered from 0. */
  #first = 0;
  #ended = false;
  readonly #waiting = new Set<() => void>();

  /** The number the next line will get. */
  get next(): number {
    return this.#first + this.#lines.length;
  }

  /** The process is over: no line follows. */
  get ended(): boolean {
    return this.#ended;
  }

  append(text: string, at = Date.now()): void {
    if (this.#ended) return;
    this.#lines.push({ at, text });
    if (this.#lines.length > MAX_LINES + DROP_AT_ONCE) {
      this.#lines.splice(0, DROP_AT_ONCE);
      this.#first += DROP_AT_ONCE;
    }
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The lines from a number on; a reader that fell behind what is held goes on with the oldest. */
  from(position: number): LogLine[] {
    return this.#lines.slice(Math.max(0, position - this.#first));
  }

  /** Resolves when there is a line with this number, when the log has ended, or when the signal aborts. */
  changed(position: number, signal: AbortSignal): Promise<void> {
    if (this.next > position || this.#ended || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
