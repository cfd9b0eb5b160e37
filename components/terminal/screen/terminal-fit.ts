/** Keeps the terminal's rows and columns at what its element holds, without asking the pod for every pixel of a drag. */
import { FitAddon } from "@xterm/addon-fit";
import type { Terminal } from "@xterm/xterm";
import type { TerminalSize } from "#protocol/resize.ts";

/** After the last change of a drag. */
const FIT_SETTLE_MS = 50;
/** Narrower than this, programs break their output for good: the scrollback does not recover when it grows again. */
const MIN_COLS = 20;
const MIN_ROWS = 4;
/** The first measures after an element appears may come before its font's. */
const MAX_MEASURE_TRIES = 20;

export class TerminalFit {
  readonly #terminal: Terminal;
  readonly #host: HTMLElement;
  readonly #onFitted: (size: TerminalSize) => void;
  readonly #addon = new FitAddon();
  readonly #observer: ResizeObserver;
  #frame: number | null = null;
  #settleTimer: ReturnType<typeof setTimeout> | null = null;
  #triesLeft = MAX_MEASURE_TRIES;
  #fitted = false;

  /** @param onFitted after every measure, changed or not; never for an element that was not visible yet */
  constructor(terminal: Terminal, host: HTMLElement, onFitted: (size: TerminalSize) => void) {
    this.#terminal = terminal;
    this.#host = host;
    this.#onFitted = onFitted;
    terminal.loadAddon(this.#addon);
    this.#observer = new ResizeObserver(() => this.#changed());
  }

  /** Measures now and from then on. */
  start(): void {
    this.fit();
    this.#observer.observe(this.#host);
  }

  fit(): void {
    if (this.#host.clientWidth === 0 || this.#host.clientHeight === 0) return;
    const proposed = this.#addon.proposeDimensions();
    if (!proposed || Number.isNaN(proposed.cols) || Number.isNaN(proposed.rows)) {
      this.#tryAgain();
      return;
    }
    this.#triesLeft = MAX_MEASURE_TRIES;
    this.#fitted = true;
    const cols = Math.max(MIN_COLS, proposed.cols);
    const rows = Math.max(MIN_ROWS, proposed.rows);
    if (cols !== this.#terminal.cols || rows !== this.#terminal.rows) this.#terminal.resize(cols, rows);
    this.#onFitted({ width: cols, height: rows });
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#cancel();
  }

  #changed(): void {
    this.#cancel();
    const fitInFrame = () => {
      this.#frame = requestAnimationFrame(() => this.fit());
    };
    // The first size is wanted at once; later ones come in series.
    if (this.#fitted) this.#settleTimer = setTimeout(fitInFrame, FIT_SETTLE_MS);
    else fitInFrame();
  }

  #tryAgain(): void {
    if (this.#triesLeft === 0) return;
    this.#triesLeft -= 1;
    this.#cancel();
    this.#frame = requestAnimationFrame(() => this.fit());
  }

  #cancel(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    if (this.#settleTimer !== null) clearTimeout(this.#settleTimer);
    this.#frame = null;
    this.#settleTimer = null;
  }
}
