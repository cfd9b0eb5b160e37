/**
 * One terminal session: it owns the upstream exec, and viewers (browser sockets) come and go.
 *
 * Output: upstream frame -> ring -> every viewer's window. Input: viewer frame -> checked -> upstream. The slowest
 * live viewer holds the upstream back; without a viewer the ring forgets the oldest bytes and the process runs on.
 * Exec cannot be attached to again once the upstream is gone (threats.md finding 10): then the session has ended.
 */
import { Channel } from "#protocol/channel.ts";
import { readClientFrame } from "#protocol/client-frame.ts";
import { CloseCode } from "#protocol/close-code.ts";
import { encodeResize, type TerminalSize } from "#protocol/resize.ts";
import type { SessionEvent, StreamPath } from "#protocol/session-event.ts";
import { type Ending, endingOf, failureStatus, MAX_STATUS_BYTES } from "#protocol/status.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { ChannelSocket, SocketEnd } from "#server/stream/types.ts";
import { OutputRing, RING_BYTES } from "./output-ring.ts";
import { Viewer } from "./viewer.ts";

/** Backlog of the slowest live viewer at which the upstream is no longer read, and at which it is again. */
const BACKLOG_HIGH_BYTES = RING_BYTES / 2;
const BACKLOG_LOW_BYTES = RING_BYTES / 4;
/** How often stalled viewers are looked for and round trips are reported. */
const TICK_MS = 5_000;
export const MAX_VIEWERS = 8;

type EndedEvent = Extract<SessionEvent, { type: "ended" }>;

export interface SessionOptions {
  upstream: ChannelSocket;
  path: StreamPath;
  size: TerminalSize;
  /** Once, when the command is over. */
  onEnded(): void;
  /** Whenever the number of viewers changes. */
  onViewers(count: number): void;
}

export class Session {
  readonly startedAt = Date.now();
  readonly #ring = new OutputRing();
  readonly #viewers = new Set<Viewer>();
  readonly #status: Uint8Array[] = [];
  #statusBytes = 0;
  #endingBy: EndedEvent["by"] | null = null;
  #ended: EndedEvent | null = null;
  #statusText = "";
  #upstreamPaused = false;
  #path: StreamPath;
  #timer: NodeJS.Timeout;

  constructor(private readonly options: SessionOptions) {
    this.#path = options.path;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
    options.upstream.listen({
      frame: (channel, payload) => this.#upstreamFrame(channel, payload),
      drain: () => this.#eachViewer((viewer) => viewer.socket.resume()),
      end: (end) => this.#upstreamEnded(end),
    });
    options.upstream.send(Channel.Resize, encodeResize(options.size));
  }

  get viewerCount(): number {
    return this.#viewers.size;
  }

  get ending(): Ending | null {
    return this.#ended?.ending ?? null;
  }

  /** More is known of how the stream travels. */
  setPath(path: StreamPath): void {
    this.#path = path;
    if (!this.#ended) this.#eachViewer((viewer) => viewer.event({ type: "path", path }));
  }

  /** @param from the offset of output the viewer already has */
  attach(socket: ChannelSocket, from: number): void {
    if (this.#viewers.size >= MAX_VIEWERS) {
      socket.close({ cause: "limit", words: `a session has at most ${MAX_VIEWERS} viewers` });
      return;
    }
    const viewer = new Viewer(socket, this.#ring, from);
    this.#viewers.add(viewer);
    viewer.event({
      type: "attached",
      offset: viewer.sentOffset,
      written: this.#ring.end,
      missed: Math.max(0, viewer.sentOffset - from),
      path: this.#path,
      startedAt: this.startedAt,
    });
    socket.listen({
      frame: (channel, payload) => this.#viewerFrame(viewer, channel, payload),
      drain: () => this.#flow(() => viewer.drained()),
      end: () => this.#detach(viewer),
    });
    this.#flow(() => viewer.pump());
    this.options.onViewers(this.#viewers.size);
  }

  /** Ends the command: the upstream is closed and every viewer is told who did it. */
  end(by: "person" | "limit"): void {
    if (this.#ended) return;
    this.#endingBy = by;
    const end: StreamEnd =
      by === "person"
        ? { cause: "ended-by-person", words: "ended by you" }
        : { cause: "limit", words: "ended by a limit" };
    this.options.upstream.close(end);
    this.#upstreamEnded({ ...end, code: CloseCode.Normal });
  }

  #upstreamFrame(channel: number, payload: Uint8Array): void {
    if (channel === Channel.Error) {
      this.#statusBytes += payload.byteLength;
      if (this.#statusBytes <= MAX_STATUS_BYTES) this.#status.push(Uint8Array.from(payload));
      return;
    }
    // With a tty everything comes on stdout; the one-byte first frame is empty output.
    if (channel !== Channel.Stdout || payload.byteLength === 0) return;
    this.#eachViewer((viewer) => viewer.outputBegins());
    this.#ring.append(payload);
    this.#flow(() => this.#eachViewer((viewer) => viewer.pump()));
  }

  #viewerFrame(viewer: Viewer, channel: number, payload: Uint8Array): void {
    const frame = readClientFrame(channel, payload, viewer.rules);
    switch (frame.kind) {
      case "stdin":
      case "resize":
        this.#upward(viewer, channel, payload);
        return;
      case "close":
        if (frame.channel === Channel.Stdin) this.#upward(viewer, channel, payload);
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

  #upward(viewer: Viewer, channel: number, payload: Uint8Array): void {
    if (this.#ended) return;
    if (!this.options.upstream.send(channel, payload)) viewer.socket.pause();
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
    this.#flow(() => {});
    this.options.onViewers(this.#viewers.size);
  }

  #upstreamEnded(end: SocketEnd): void {
    if (this.#ended) return;
    const received = Buffer.concat(this.#status);
    const ending: Ending =
      this.#statusBytes > MAX_STATUS_BYTES
        ? { kind: "unknown", message: "the exit status is longer than a status may be" }
        : received.byteLength > 0
          ? endingOf(received)
          : { kind: "unknown", message: `no exit status was received: ${end.words}` };
    // Closed in order and without a status: that was no network.
    const byCluster = received.byteLength > 0 || end.code === CloseCode.Normal;
    const by = this.#endingBy ?? (ending.kind === "exited" ? "process" : byCluster ? "cluster" : "network");
    this.#ended = { type: "ended", ending, by, lastedMs: Date.now() - this.startedAt };
    // A plain v5 client takes a close without a status for success (protocol.md 1.4), so it is given a failure.
    this.#statusText =
      received.byteLength > 0 && ending.kind !== "unknown"
        ? received.toString()
        : JSON.stringify(failureStatus(500, "InternalError", (ending as { message: string }).message));
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
