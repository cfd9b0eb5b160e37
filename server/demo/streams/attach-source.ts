/**
 * Joins one attach stream to the output of a container's main process: what it prints from now on. Like the
 * process runner it knows only the ChannelSocket.
 */
import { Channel } from "#protocol/channel.ts";
import { type ClientRules, clientRules, readClientFrame } from "#protocol/client-frame.ts";
import { successStatus } from "#protocol/status.ts";
import { encodeText } from "#protocol/text.ts";
import type { ChannelSocket } from "#server/stream/types.ts";
import type { ContainerLog } from "../containers/container-log.ts";
import { ChannelOutput, type StreamOptions } from "./channel-output.ts";

export class AttachSource {
  readonly #output: ChannelOutput;
  readonly #over = new AbortController();
  readonly #newline: string;
  readonly #rules: ClientRules;
  #drained: (() => void) | null = null;

  constructor(
    socket: ChannelSocket,
    private readonly log: ContainerLog,
    options: StreamOptions,
    private readonly onOver: () => void,
  ) {
    this.#output = new ChannelOutput(socket, options);
    this.#newline = options.tty ? "\r\n" : "\n";
    this.#rules = clientRules(socket, options.tty);
    socket.listen({
      frame: (channel, payload) => this.#onFrame(channel, payload),
      drain: () => this.#drained?.(),
      end: () => this.#finish(),
    });
    void this.#copy(log.next);
  }

  stop(): void {
    this.#output.abort({ cause: "shutdown", words: "the demo cluster is shutting down" });
    this.#finish();
  }

  /** Lines as they come; a reader that does not read holds its place in the log. */
  async #copy(start: number): Promise<void> {
    let position = start;
    while (!this.#over.signal.aborted) {
      await this.log.changed(position, this.#over.signal);
      const lines = this.log.from(position);
      position = this.log.next;
      const text = lines.map((line) => line.text + this.#newline).join("");
      if (!this.#output.write(Channel.Stdout, encodeText(text))) await this.#waitForDrain();
      if (this.log.ended && this.log.next === position) {
        this.#output.end(successStatus());
        this.#finish();
      }
    }
  }

  /** The main process reads no input: it is taken and dropped. */
  #onFrame(channel: number, payload: Uint8Array): void {
    const frame = readClientFrame(channel, payload, this.#rules);
    if (frame.kind !== "violation") return;
    this.#output.abort({ cause: "protocol", words: frame.words });
    this.#finish();
  }

  #waitForDrain(): Promise<void> {
    if (this.#over.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = () => {
        this.#drained = null;
        resolve();
      };
    });
  }

  #finish(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#drained?.();
    this.onOver();
  }
}
