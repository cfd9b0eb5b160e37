/**
 * One xterm in one element, and everything that stands guard around it. Raw output comes in through write(); input
 * leaves through the listener, whose next hop is terminal-session.ts.
 */
import { Terminal } from "@xterm/xterm";
import { writeClipboard } from "#components/ui/overlay/clipboard.ts";
import { markHidden } from "#protocol/hidden-characters.ts";
import type { TerminalSize } from "#protocol/resize.ts";
import { encodeText } from "#protocol/text.ts";
import type { TerminalSearch } from "../search/terminal-search.ts";
import { isTerminalReport } from "../session/kept-input.ts";
import type { OutputScreen } from "../session/output-intake.ts";
import { ControlStringLimit } from "./control-string-limit.ts";
import { type PasteReview, reviewPaste } from "./paste-filter.ts";
import { fontReady, isMac } from "./screen-environment.ts";
import { type GuardListener, guardOutput } from "./screen-guards.ts";
import { RULER_WIDTH_PX, screenOptions } from "./screen-options.ts";
import { TerminalFit } from "./terminal-fit.ts";
import { keyAction, LEAVE_CHORD, missingCode, withControl } from "./terminal-keys.ts";
import { END_OF_STRING, INPUT_MODES_OFF, LEAVE_ALTERNATE, SOFT_RESET } from "./terminal-reset.ts";
import { readTheme, watchTheme } from "./terminal-theme.ts";
import { bufferText } from "./transcript.ts";
import { unicode11 } from "./unicode-widths.ts";
import { WebglLease } from "./webgl-lease.ts";

/** RIS: back to the initial state, in order with the output around it. */
const FULL_RESET = encodeText("\x1bc");

export interface ScreenListener extends GuardListener {
  /** @param bytes the same input as it goes to the pod */
  onInput(data: string, bytes: Uint8Array): void;
  onSize(size: TerminalSize): void;
  /** A paste after the filter. Nothing is typed until its text comes back through paste(). */
  onPaste(review: PasteReview): void;
  /** The person copied; false: the browser did not let the page. */
  onCopied(copied: boolean): void;
  onSearch(): void;
  onLeave(): void;
  /** The phone's Ctrl was used up by the key after it. */
  onControlUsed(): void;
  /** BEL, now: not one of a replay. */
  onBell(): void;
}

export interface ScreenSettings {
  /** What a screen reader calls the terminal. */
  label: string;
  fontSizePx: number;
  screenReader: boolean;
  optionIsMeta: boolean;
}

export class TerminalScreen implements OutputScreen {
  readonly #host: HTMLElement;
  readonly #listener: ScreenListener;
  readonly #terminal: Terminal;
  readonly #fit: TerminalFit;
  readonly #webgl: WebglLease;
  readonly #limit = new ControlStringLimit();
  readonly #label: string;
  readonly #cleanups: (() => void)[] = [];
  #search: Promise<TerminalSearch> | null = null;
  #mutedReplies = false;
  #controlNext = false;
  #disposed = false;

  constructor(host: HTMLElement, settings: ScreenSettings, listener: ScreenListener) {
    const { label, fontSizePx, screenReader, optionIsMeta } = settings;
    this.#host = host;
    this.#label = label;
    this.#listener = listener;
    const { fontFamily } = getComputedStyle(host);
    this.#terminal = new Terminal(
      screenOptions({ theme: readTheme(host), fontFamily, fontSizePx, screenReader, optionIsMeta }),
    );
    this.#terminal.unicode.register(unicode11);
    this.#terminal.unicode.activeVersion = unicode11.version;
    this.#fit = new TerminalFit(this.#terminal, host, (size) => listener.onSize(size));
    this.#webgl = new WebglLease(this.#terminal);
    const guards = guardOutput(this.#terminal, listener);
    this.#cleanups.push(() => guards.dispose());
    this.#terminal.onBell(() => {
      if (!this.#mutedReplies) listener.onBell();
    });
    this.#terminal.onData((data) => this.#typed(data));
    this.#terminal.onBinary((data) => this.#send(data, latin1(data)));
    this.#terminal.attachCustomKeyEventHandler((event) => this.#passesKey(event));
  }

  get terminal(): Terminal {
    return this.#terminal;
  }

  /** Puts the terminal into its element once its font is there. @returns false when it was disposed meanwhile */
  async open(): Promise<boolean> {
    await fontReady(this.#host);
    if (this.#disposed) return false;
    const host = this.#host;
    this.#terminal.open(host);
    this.#describe();
    this.#fit.start();
    const paste = (event: ClipboardEvent) => this.#pasted(event);
    // On the way down: xterm's own listener, which filters nothing, never sees the event.
    host.addEventListener("paste", paste, { capture: true });
    this.#cleanups.push(
      () => host.removeEventListener("paste", paste, { capture: true }),
      watchTheme(() => {
        this.#terminal.options.theme = readTheme(host);
      }),
    );
    if (navigator.maxTouchPoints > 0) void this.#scrollByTouch();
    return true;
  }

  get scrolls(): boolean {
    return this.#terminal.buffer.active.type === "normal";
  }

  write(bytes: Uint8Array, parsed: () => void): void {
    if (this.#disposed) return;
    this.#terminal.write(this.#limit.filter(bytes), parsed);
  }

  reset(): void {
    this.write(FULL_RESET, () => {});
  }

  /** What a program that died left switched on goes off; the text stays. In order with the output before it. */
  resetModes(): void {
    this.write(END_OF_STRING, () => {
      if (this.#disposed) return;
      const alternate = this.#terminal.buffer.active.type === "alternate";
      this.#terminal.write(alternate ? LEAVE_ALTERNATE + SOFT_RESET : SOFT_RESET);
    });
  }

  /** No program reads on: the mouse selects again, and the focus is nobody's business. */
  releaseInput(): void {
    this.write(END_OF_STRING, () => {
      if (!this.#disposed) this.#terminal.write(INPUT_MODES_OFF);
    });
  }

  muteReplies(mute: boolean): void {
    this.#mutedReplies = mute;
  }

  /** The pane is looked at, or no longer. */
  setActive(active: boolean): void {
    this.#webgl.want(active);
    if (active) this.#fit.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Text that a person agreed to, or that needs no asking. Bracketed where the program asked for it. */
  paste(text: string): void {
    this.#terminal.paste(text);
    this.#terminal.focus();
  }

  /** Types a key's sequence, as if it had been pressed. */
  press(sequence: string): void {
    this.#terminal.input(sequence);
  }

  /** The next character becomes its control character, as on a keyboard that has the key. */
  holdControl(hold: boolean): void {
    this.#controlNext = hold;
  }

  setFontSize(px: number): void {
    this.#terminal.options.fontSize = px;
    this.#fit.fit();
  }

  setScreenReader(on: boolean): void {
    this.#terminal.options.screenReaderMode = on;
  }

  setOptionIsMeta(on: boolean): void {
    this.#terminal.options.macOptionIsMeta = on;
  }

  text(): string {
    return bufferText(this.#terminal);
  }

  /** Loaded with the first search. */
  search(): Promise<TerminalSearch> {
    this.#search ??= import("../search/terminal-search.ts").then(({ TerminalSearch }) => {
      const search = new TerminalSearch(this.#terminal);
      if (this.#disposed) {
        search.dispose();
        return search;
      }
      this.#cleanups.push(() => search.dispose());
      // The ruler is one more canvas to draw, so only terminals that were searched have it.
      this.#terminal.options.overviewRuler = { width: RULER_WIDTH_PX };
      return search;
    });
    return this.#search;
  }

  dispose(): void {
    this.#disposed = true;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    this.#webgl.dispose();
    this.#fit.dispose();
    this.#terminal.dispose();
  }

  #typed(data: string): void {
    if (this.#mutedReplies && isTerminalReport(data)) return;
    const typed = this.#controlNext ? withControl(data) : data;
    if (this.#controlNext && !isTerminalReport(data)) {
      this.#controlNext = false;
      this.#listener.onControlUsed();
    }
    this.#send(typed, encodeText(typed));
  }

  #send(data: string, bytes: Uint8Array): void {
    this.#listener.onInput(data, bytes);
  }

  /** True lets xterm act on the key. */
  #passesKey(event: KeyboardEvent): boolean {
    const action = keyAction(event, this.#terminal.hasSelection(), isMac());
    if (action === "terminal") return this.#typesByItself(event);
    if (action === "browser" || action === "page") return false;
    event.preventDefault();
    if (event.type !== "keydown") return false;
    if (action === "copy") void this.#copy();
    else if (action === "search") this.#listener.onSearch();
    else this.#listener.onLeave();
    return false;
  }

  #typesByItself(event: KeyboardEvent): boolean {
    const code = missingCode(event);
    if (code === null) return true;
    event.preventDefault();
    if (event.type === "keydown") this.#terminal.input(code);
    return false;
  }

  /** Its code comes where there is something to touch. */
  async #scrollByTouch(): Promise<void> {
    const { scrollByTouch } = await import("./touch-scroll.ts");
    if (!this.#disposed) this.#cleanups.push(scrollByTouch(this.#terminal, this.#host));
  }

  async #copy(): Promise<void> {
    const selection = this.#terminal.getSelection();
    if (selection === "") return;
    // Cleared, so that a second Ctrl-C is the interrupt again.
    this.#terminal.clearSelection();
    const copied = await writeClipboard(selection);
    if (!this.#disposed) this.#listener.onCopied(copied);
  }

  #pasted(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text !== "") this.#listener.onPaste(reviewPaste(text, this.#terminal.modes.bracketedPasteMode));
  }

  #describe(): void {
    const { textarea } = this.#terminal;
    textarea?.setAttribute("aria-label", markHidden(this.#label));
    textarea?.setAttribute("aria-description", `${LEAVE_CHORD} moves the focus out of the terminal.`);
    // Android keyboards otherwise complete and correct what is typed into a shell.
    textarea?.setAttribute("autocomplete", "off");
  }
}

/** xterm gives binary reports (old mouse protocols) as one character per byte. */
function latin1(data: string): Uint8Array {
  return Uint8Array.from(data, (character) => character.charCodeAt(0));
}
