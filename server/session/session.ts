/**
 * One terminal session: it owns the upstream exec, and viewers (browser sockets) come and go.
 *
 * Output: upstream frame -> history -> every viewer's window. Input: viewer frame -> checked -> upstream. The slowest
 * live viewer holds the upstream back; without a viewer the history forgets the oldest bytes and the process runs on.
 * Exec cannot be attached to again once the upstream is gone: then the session has ended.
 */
import { Channel } from "#protocol/channel.ts";
import { type ClientFrame, readClientFrame } from "#protocol/client-frame.ts";
import { encodeResize, type TerminalSize } from "#protocol/resize.ts";
import type { SessionEvent, StreamPath } from "#protocol/session-event.ts";
import type { Ending } from "#protocol/status.ts";
import { StatusCollector } from "#protocol/status-collector.ts";
import type { EndCause, StreamEnd } from "#protocol/stream-end.ts";
import { closeWithin } from "#server/stream/relay/channel-relay.ts";
import type { ChannelSocket, SocketEnd } from "#server/stream/types.ts";
import { OutputRing, RING_BYTES } from "./output-ring.ts";
import { endOf, isImmediate, statusText } from "./session-end.ts";
import type { AttachedStreams } from "./session-target.ts";
import { latestSize } from "./size-policy.ts";
import { mayWrite, Viewer, type ViewerOptions } from "./viewer.ts";

/** Backlog of the slowest live viewer at which the upstream is no longer read, and at which it is again. */
const BACKLOG_HIGH_BYTES = RING_BYTES / 2;
const BACKLOG_LOW_BYTES = RING_BYTES / 4;
/** How often stalled viewers are looked for and round trips are reported. */
const TICK_MS = 5_000;
const MAX_VIEWERS = 8;

const CLOSE_STDIN = Uint8Array.of(Channel.Stdin);

type EndedEvent = Extract<SessionEvent, { type: "ended" }>;
/** What would reach the command. */
type Input = Extract<ClientFrame, { kind: "stdin" | "resize" | "close" }>;

export interface SessionOptions {
  upstream: ChannelSocket;
  path: StreamPath;
  size: TerminalSize;
  /** Of a command that was not started here; absent: both. */
  attach?: AttachedStreams | undefined;
  /** Once, when the command is over. */
  onEnded(): void;
  /** Whenever the number of viewers changes. */
  onViewers(count: number): void;
}

export class Session {
  readonly startedAt = Date.now();
  readonly #history = new OutputRing();
  readonly #viewers = new Set<Viewer>();
  readonly #status = new StatusCollector();
  #ended: EndedEvent | null = null;
  #statusText = "";
  #upstreamPaused = false;
  #path: StreamPath;
  /** What the upstream was told. */
  #size: TerminalSize;
  #sizeTurns = 0;
  #timer: NodeJS.Timeout;

  constructor(private readonly options: SessionOptions) {
    this.#path = options.path;
    this.#size = options.size;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
    options.upstream.listen({
      frame: (channel, payload) => this.#upstreamFrame(channel, payload),
      drain: () => this.#eachViewer((viewer) => viewer.socket.resume()),
      end: (end) => this.#upstreamEnded(end),
    });
    if (this.#tty) options.upstream.send(Channel.Resize, encodeResize(options.size));
  }

  get #tty(): boolean {
    return this.options.attach?.tty ?? true;
  }

  get viewerCount(): number {
    return this.#viewers.size;
  }

  /** Memory of its output. */
  get heldBytes(): number {
    return this.#history.heldBytes;
  }

  get ending(): Ending | null {
    return this.#ended?.ending ?? null;
  }

  /** Why it is over; null while it is not. */
  get cause(): EndCause | null {
    return this.#ended?.end.cause ?? null;
  }

  /** More is known of how the stream travels. */
  setPath(path: StreamPath): void {
    this.#path = path;
    if (!this.#ended) this.#eachViewer((viewer) => viewer.event({ type: "path", path }));
  }

  /** Something that whoever looks on should know, in words. */
  notify(words: string): void {
    if (!this.#ended) this.#eachViewer((viewer) => viewer.event({ type: "notice", words }));
  }

  attach(socket: ChannelSocket, options: ViewerOptions): void {
    const { grant } = options;
    if (this.#viewers.size >= MAX_VIEWERS) {
      grant.release();
      socket.close({ cause: "limit", words: `a session has at most ${MAX_VIEWERS} viewers` });
      return;
    }
    const viewer = new Viewer(socket, this.#history, options);
    this.#viewers.add(viewer);
    viewer.event({
      type: "attached",
      offset: viewer.sentOffset,
      written: this.#history.end,
      missed: Math.max(0, viewer.sentOffset - options.from),
      path: this.#path,
      startedAt: this.startedAt,
    });
    socket.listen({
      frame: (channel, payload) => this.#viewerFrame(viewer, channel, payload),
      drain: () => this.#flow(() => viewer.drained()),
      end: () => {
        grant.release();
        this.#detach(viewer);
      },
    });
    grant.onEnd((end) => closeWithin(socket, end));
    this.#flow(() => viewer.pump());
    this.options.onViewers(this.#viewers.size);
  }

  /** Ends the command: the upstream is closed and every viewer is told why. */
  end(end: StreamEnd): void {
    if (this.#ended) return;
    this.#finish(end.words, () => end);
    const { upstream } = this.options;
    upstream.close(end);
    if (!isImmediate(end)) return;
    // No output that still waits is for anybody's eyes, and the API server is not waited for.
    upstream.terminate();
    this.#eachViewer((viewer) => viewer.finish(this.#statusText, this.#ended!));
  }

  #upstreamFrame(channel: number, payload: Uint8Array): void {
    if (channel === Channel.Error) this.#status.push(payload);
    // With a tty everything comes on stdout, and without one a person reads both; the one-byte first frame is empty.
    const output = channel === Channel.Stdout || (channel === Channel.Stderr && !this.#tty);
    if (!output || payload.byteLength === 0) return;
    this.#eachViewer((viewer) => viewer.outputBegins());
    this.#history.append(payload);
    this.#flow(() => this.#eachViewer((viewer) => viewer.pump()));
  }

  #viewerFrame(viewer: Viewer, channel: number, payload: Uint8Array): void {
    const frame = readClientFrame(channel, payload, viewer.rules);
    switch (frame.kind) {
      case "stdin":
      case "resize":
      case "close":
        this.#input(viewer, frame);
        return;
      case "ack":
        this.#flow(() => {
          if (!viewer.ack(frame.offset))
            viewer.socket.close({ cause: "protocol", words: "an ack beyond what was sent" });
        });
        return;
      case "echo":
        viewer.echo(frame.payload);
        return;
      case "violation":
        viewer.socket.close({ cause: "protocol", words: frame.words });
    }
  }

  #input(viewer: Viewer, input: Input): void {
    if (this.#ended) return;
    if (input.kind === "resize") {
      this.#sizeTurns += 1;
      viewer.resized(input.size, this.#sizeTurns);
      if (!this.#applySize()) viewer.socket.pause();
      return;
    }
    // The one place where a role decides what reaches the command; whose size counts is in size-policy.ts.
    if (!mayWrite(viewer.role) || this.options.attach?.stdin === false) return;
    if (input.kind === "stdin") this.#upward(viewer, Channel.Stdin, input.bytes);
    else if (input.channel === Channel.Stdin) this.#upward(viewer, Channel.Close, CLOSE_STDIN);
  }

  #upward(viewer: Viewer, channel: number, payload: Uint8Array): void {
    if (!this.options.upstream.send(channel, payload)) viewer.socket.pause();
  }

  /** @returns false when the upstream is full */
  #applySize(): boolean {
    const { width, height } = latestSize(this.#viewers, this.#size);
    if (this.#ended || !this.#tty || (width === this.#size.width && height === this.#size.height))
      return true;
    this.#size = { width, height };
    return this.options.upstream.send(Channel.Resize, encodeResize(this.#size));
  }

  /** Runs a step that may move output, then holds or frees the upstream by the slowest live viewer. */
  #flow(step: () => void): void {
    step();
    let backlog = 0;
    for (const viewer of this.#viewers) if (!viewer.behind) backlog = Math.max(backlog, viewer.backlogBytes);
    if (!this.#upstreamPaused && backlog > BACKLOG_HIGH_BYTES) {
      this.#upstreamPaused = true;
      this.options.upstream.pause();
    } else if (this.#upstreamPaused && backlog < BACKLOG_LOW_BYTES) {
      this.#upstreamPaused = false;
      this.options.upstream.resume();
    }
    if (this.#ended)
      this.#eachViewer((viewer) => viewer.caughtUp && viewer.finish(this.#statusText, this.#ended!));
  }

  #detach(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer)) return;
    this.#applySize();
    this.#flow(() => {});
    this.options.onViewers(this.#viewers.size);
  }

  #upstreamEnded(socketEnd: SocketEnd): void {
    this.#finish(socketEnd.words, (ending) => endOf(ending, this.#status.bytes, socketEnd));
  }

  /** @param lost why no status came, should none have come */
  #finish(lost: string, why: (ending: Ending) => StreamEnd): void {
    if (this.#ended) return;
    const ending = this.#status.ending(lost);
    this.#ended = { type: "ended", ending, end: why(ending), lastedMs: Date.now() - this.startedAt };
    this.#statusText = statusText(ending, this.#status.bytes);
    clearInterval(this.#timer);
    this.#flow(() => this.#eachViewer((viewer) => viewer.pump()));
    this.options.onEnded();
  }

  #tick(): void {
    const now = performance.now();
    const { rttMs } = this.options.upstream;
    this.#flow(() =>
      this.#eachViewer((viewer) => {
        if (viewer.stalled(now)) viewer.behind = true;
        if (rttMs !== null) viewer.event({ type: "rtt", upstreamMs: rttMs });
      }),
    );
  }

  #eachViewer(step: (viewer: Viewer) => void): void {
    for (const viewer of [...this.#viewers]) step(viewer);
  }
}
