/**
 * One terminal's hold on its session, across as many sockets as that takes. Output goes from here to the screen
 * (xterm), input from the screen to here; the next hop is terminal-socket.ts. No React and no DOM.
 */
import type { TerminalSize } from "#protocol/resize.ts";
import type { SessionEvent } from "#protocol/session-event.ts";
import { endingOf } from "#protocol/status.ts";
import { closeVerdict } from "./close-verdict.ts";
import { type AttachedEvent, OutputIntake, type OutputScreen } from "./output-intake.ts";
import { ReconnectBackoff, STABLE_AFTER_MS } from "./reconnect-backoff.ts";
import { RunAttempts } from "./run-attempts.ts";
import { apiVerdict, type SessionApi, type SessionTarget } from "./session-api.ts";
import { SessionInput } from "./session-input.ts";
import type { SessionNotice } from "./session-notice.ts";
import { type SessionView, SessionViewHolder } from "./session-view.ts";
import { isOver, type SessionChange } from "./terminal-session-state.ts";
import { type SocketClose, TerminalSocket, type WebSocketLike } from "./terminal-socket.ts";

/** To be told of a shorter absence disturbs more than the absence did. */
const RESUME_NOTICE_AFTER_MS = 1_500;
/** Ctrl-C and Ctrl-\, as a tty takes them (VINTR, VQUIT). */
const INTERRUPT = "\x03";
const QUIT = "\x1c";
/** For a terminal that was not visible yet when its session was made. */
const DEFAULT_SIZE: TerminalSize = { width: 80, height: 24 };

export interface TerminalSessionOptions {
  target: SessionTarget;
  /** A session to come back to; null makes a new one. */
  sessionId: string | null;
  screen: OutputScreen;
  api: SessionApi;
  /** @param from how many bytes of the session's output this page has */
  openSocket(id: string, from: number, ticket: string): WebSocketLike;
  onView(view: SessionView): void;
  onNotice(notice: SessionNotice): void;
  backoff?: ReconnectBackoff;
}

export class TerminalSession {
  readonly #options: TerminalSessionOptions;
  readonly #shown: SessionViewHolder;
  readonly #intake: OutputIntake;
  readonly #input = new SessionInput();
  readonly #backoff: ReconnectBackoff;
  #socket: TerminalSocket | null = null;
  /** Another page may have drawn this session's output before this one. */
  #seenBefore: boolean;
  #handshakeFailed = false;
  readonly #attempts: RunAttempts;
  #retryTimer: ReturnType<typeof setTimeout> | null = null;
  #stableTimer: ReturnType<typeof setTimeout> | null = null;
  #disposed = false;

  constructor(options: TerminalSessionOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new ReconnectBackoff();
    this.#shown = new SessionViewHolder(options.sessionId, options.onView);
    this.#seenBefore = options.sessionId !== null;
    this.#attempts = new RunAttempts(options.target, options.sessionId === null);
    this.#intake = new OutputIntake({
      screen: options.screen,
      sendAck: (offset) => this.#socket?.sendAck(offset),
      onCaughtUp: () => this.#shown.apply({ type: "caught-up" }),
      onSkipped: (bytes) => options.onNotice({ type: "flood-skipped", bytes }),
    });
  }

  get view(): SessionView {
    return this.#shown.view;
  }

  /** Output since the session began, as far as this page has it; input sent by this page. */
  get traffic(): { receivedBytes: number; sentBytes: number } {
    return { receivedBytes: this.#intake.received, sentBytes: this.#input.sentBytes };
  }

  /** Makes the session, or attaches to the one it was given. Call resize() first when the size is known. */
  start(): void {
    if (this.view.id === null) void this.#create();
    else this.#attachFirst(this.view.id);
  }

  /** Asks again after a refusal, or now instead of after the rest of a wait. */
  retry(): void {
    const { state, id } = this.view;
    if (state.kind === "refused") this.start();
    else if (this.#retryTimer !== null && id !== null) this.#reattach(id);
  }

  /** The network or the page came back: do not wait, and do not trust a socket because it looks open. */
  wake(): void {
    if (this.view.state.kind === "reconnecting") this.retry();
    else this.#socket?.checkAlive();
  }

  /** @param data what xterm reports; @param bytes the same as it goes to the pod */
  input(data: string, bytes: Uint8Array): void {
    if (data === INTERRUPT || data === QUIT) this.#intake.interrupted();
    const refusal = this.#input.input(data, bytes, this.view.state);
    if (refusal) this.#options.onNotice({ type: "input-refused", why: refusal });
    this.#showKept();
  }

  resize(size: TerminalSize): void {
    this.#input.resize(size);
  }

  /** Leaves the session running in the server. */
  dispose(): void {
    this.#disposed = true;
    this.#stopTimers();
    this.#shown.dispose();
    this.#intake.dispose();
    this.#dropSocket();
  }

  async #create(): Promise<void> {
    this.#shown.apply({ type: "dialling", step: "starting" });
    try {
      const { api, target } = this.#options;
      const run = await this.#attempts.next(() => api.nodeIsWindows(target));
      if (this.#disposed) return;
      const created = await api.create(target, run, this.#input.size ?? DEFAULT_SIZE);
      // Nobody knows the id of a session whose page left while it was being made, so nobody could come back to it.
      if (this.#disposed) return await api.end(created.id);
      this.#shown.show({ id: created.id, startedAt: created.startedAt, tried: this.#attempts.tried });
      this.#shown.apply({ type: "dialling", step: "attaching" });
      this.#dial(created.id, created.ticket);
    } catch (error) {
      if (this.#disposed) return;
      this.#attempts.takeBack();
      const verdict = apiVerdict(error);
      // Never repeated by itself: the request may have arrived, and a second shell would run unseen.
      const remedy = verdict.kind === "refused" ? verdict.remedy : "retry";
      this.#shown.apply({ type: "refused", message: verdict.message, remedy });
    }
  }

  #attachFirst(id: string): void {
    this.#shown.apply({ type: "dialling", step: "attaching" });
    void this.#attach(id);
  }

  async #attach(id: string): Promise<void> {
    const { api } = this.#options;
    try {
      // A browser hides why a handshake was refused, so the API is asked whether the session is still there.
      if (this.#handshakeFailed) await api.find(id);
      const ticket = await api.ticket(id);
      if (!this.#disposed) this.#dial(id, ticket);
    } catch (error) {
      if (this.#disposed) return;
      const verdict = apiVerdict(error);
      if (verdict.kind === "unavailable") this.#lose(id, false);
      else if (verdict.kind === "gone") this.#finish({ type: "gone" });
      else this.#shown.apply({ type: "refused", message: verdict.message, remedy: verdict.remedy });
    }
  }

  #dial(id: string, ticket: string): void {
    const socket = new TerminalSocket(this.#options.openSocket(id, this.#intake.received, ticket), {
      onEvent: (event) => this.#receiveEvent(socket, event),
      onOutput: (bytes) => this.#receiveOutput(id, bytes),
      onRoundTrip: (ms) => this.#shown.addRoundTrip(ms),
      onClose: (close) => this.#receiveClose(id, close),
    });
    this.#socket = socket;
  }

  #receiveEvent(socket: TerminalSocket, event: SessionEvent): void {
    switch (event.type) {
      case "attached":
        this.#receiveAttached(socket, event);
        return;
      case "gap": {
        const lost = this.#intake.jump(event.offset);
        if (lost > 0) this.#options.onNotice({ type: "output-lost", bytes: lost });
        this.#input.attached(socket, lost > 0);
        return;
      }
      case "path":
        this.#shown.show({ path: event.path });
        return;
      case "rtt":
        this.#shown.show({ upstreamMs: event.upstreamMs });
        return;
      case "notice":
        this.#options.onNotice(event);
        return;
      case "ended":
        this.#finish(event);
    }
  }

  #receiveAttached(socket: TerminalSocket, event: AttachedEvent): void {
    const { state } = this.view;
    const drewBefore = this.#intake.received > 0;
    const { lost, replayed, catchingUp } = this.#intake.attach(event, this.#seenBefore);
    this.#seenBefore = false;
    this.#handshakeFailed = false;
    this.#stableTimer = setTimeout(() => this.#backoff.reset(), STABLE_AFTER_MS);
    this.#shown.show({ path: event.path, startedAt: event.startedAt });
    this.#shown.apply({ type: "attached", catchingUp });
    this.#input.attached(socket, lost > 0);
    this.#showKept();
    const awayMs = state.kind === "reconnecting" ? Date.now() - state.since : 0;
    if (lost > 0) this.#options.onNotice({ type: drewBefore ? "output-lost" : "history-cut", bytes: lost });
    else if (awayMs >= RESUME_NOTICE_AFTER_MS) this.#options.onNotice({ type: "resumed", awayMs, replayed });
  }

  #receiveOutput(id: string, bytes: Uint8Array): void {
    this.#intake.output(bytes);
    this.#input.outputSeen();
    if (this.#intake.overflowing) this.#lose(id, true);
  }

  #receiveClose(id: string, close: SocketClose): void {
    this.#dropSocket();
    if (close.unsentBytes > 0) this.#options.onNotice({ type: "input-dropped", bytes: close.unsentBytes });
    if (isOver(this.view.state)) return;
    this.#handshakeFailed = !close.opened;
    const verdict = closeVerdict(close.code, close.reason);
    switch (verdict.kind) {
      case "reconnect":
        this.#lose(id, false);
        return;
      case "finished":
        this.#finishUnannounced(close.status);
        return;
      case "refused":
        this.#stop({ type: "refused", message: verdict.message, remedy: verdict.remedy });
        return;
    }
  }

  /** The stream ended in order and no `ended` event came: the status alone has to say how. */
  #finishUnannounced(status: Uint8Array): void {
    const ending = endingOf(status);
    const { startedAt } = this.view;
    const lastedMs = startedAt === null ? null : Math.max(0, Date.now() - startedAt);
    const cause = ending.kind === "exited" ? "exited" : "closed";
    this.#finish({
      type: "ended",
      ending,
      end: { cause, words: "the stream was closed in order" },
      lastedMs,
    });
  }

  #lose(id: string, tooSlow: boolean): void {
    this.#stopTimers();
    this.#dropSocket();
    const delayMs = this.#backoff.nextDelayMs();
    const at = Date.now();
    this.#shown.apply({ type: "lost", at, attempt: this.#backoff.attempt, retryAt: at + delayMs, tooSlow });
    this.#retryTimer = setTimeout(() => this.#reattach(id), delayMs);
  }

  #reattach(id: string): void {
    this.#stopTimers();
    this.#shown.apply({ type: "retrying" });
    void this.#attach(id);
  }

  #finish(change: SessionChange): void {
    if (this.#attempts.mayGoOn(change, this.#intake.received)) {
      this.#stopTimers();
      this.#dropSocket();
      void this.#create();
      return;
    }
    this.#stop(change);
    const dropped = this.#input.drop();
    this.#showKept();
    if (dropped > 0) this.#options.onNotice({ type: "input-dropped", bytes: dropped });
  }

  #stop(change: SessionChange): void {
    this.#stopTimers();
    this.#shown.apply(change);
  }

  #showKept(): void {
    const { keptBytes } = this.#input;
    if (keptBytes !== this.view.keptBytes) this.#shown.show({ keptBytes });
  }

  #dropSocket(): void {
    this.#socket?.detach();
    this.#socket = null;
    this.#input.detached();
  }

  #stopTimers(): void {
    for (const timer of [this.#retryTimer, this.#stableTimer]) if (timer !== null) clearTimeout(timer);
    this.#retryTimer = null;
    this.#stableTimer = null;
  }
}
