/**
 * One subrequest, a connection through a port-forward: two SPDY streams with the same port and request id
 * (docs/protocol.md 3.1, client-go tools/portforward/portforward.go). The error stream is created first and ended on
 * this side at once, because only the pod's side writes to it; then the data stream, whose bytes are the connection's.
 */
import type { SpdyStream } from "#server/spdy/stream.ts";
import { ErrorText } from "./error-text.ts";

/** What a pair needs of a SpdyConnection. */
export interface StreamOpener {
  createStream(headers: Record<string, string>): SpdyStream;
}

/**
 * How the pod's side ended it. Kubelets end both streams with FIN, and reset them only after text or when their whole
 * connection goes (k8s.io/kubelet pkg/cri/streaming/portforward/httpstream.go): a reset without a word is no end, and
 * half a transfer must not be taken for the whole.
 */
export type SubrequestOutcome = "ended" | "failed" | "cut";

export class SubrequestPair {
  readonly errorText: ErrorText;
  readonly #opener: StreamOpener;
  readonly #ids: { port: string; requestid: string };
  readonly #errorStream: SpdyStream;
  #data: SpdyStream | null = null;

  /**
   * Creates the error stream.
   * @param requestId counts up from 0 on each connection
   * @param onText sees the text as it comes
   */
  constructor(opener: StreamOpener, port: number, requestId: number, onText?: (text: Buffer) => void) {
    this.#opener = opener;
    this.#ids = { port: String(port), requestid: String(requestId) };
    this.#errorStream = opener.createStream({ streamtype: "error", ...this.#ids });
    this.errorText = new ErrorText(this.#errorStream, onText);
    this.#errorStream.end();
  }

  /** Creates the data stream, for whoever needs it before the pod's side has answered. */
  openData(): SpdyStream {
    this.#data ??= this.#opener.createStream({ streamtype: "data", ...this.#ids });
    return this.#data;
  }

  /**
   * Creates the data stream once the error stream is accepted, as kubectl does, and waits until it is as well.
   * @param reply waits for one stream; rejects as SpdyStream.replied does when it is refused
   */
  async open(reply: (stream: SpdyStream) => Promise<void> = (stream) => stream.replied): Promise<SpdyStream> {
    await reply(this.#errorStream);
    const data = this.openData();
    await reply(data);
    return data;
  }

  /** Final once both streams are over; text on the error stream counts whatever became of the data. */
  get outcome(): SubrequestOutcome {
    if (this.errorText.text !== "") return "failed";
    return this.#data?.cut ? "cut" : "ended";
  }

  /** Gives up: resets what has not ended by itself, so that nothing stays behind in the connection. */
  reset(): void {
    this.#data?.reset();
    this.#errorStream.reset();
  }

  /** Runs once, when nothing more travels on either stream. This side then ends what the pod's side has ended. */
  onOver(hook: () => void): void {
    const streams = [this.#errorStream, this.openData()];
    let open = streams.length;
    for (const stream of streams) {
      stream.once("end", () => stream.destroy());
      stream.once("close", () => {
        open -= 1;
        if (open === 0) hook();
      });
    }
  }
}
