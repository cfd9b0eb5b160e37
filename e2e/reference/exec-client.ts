/**
 * A plain client of exec streams, as small as one can be: it offers v5.channel.k8s.io alone and knows nothing of
 * Porthole. Frames are read as Kubernetes defines them, without the product's own codec.
 */
import { createHash } from "node:crypto";
import { WebSocket } from "ws";

const V5 = "v5.channel.k8s.io";
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const RESIZE = 4;
const CLOSE = 255;

const OPEN_TIMEOUT_MS = 15_000;

/** The handshake was answered with something other than 101. */
export class RefusedError extends Error {
  constructor(
    readonly httpStatus: number,
    readonly body: string,
  ) {
    super(`refused with ${httpStatus}: ${body}`);
  }
}

export interface ExecResult {
  stdout: string;
  stderr: string;
  stdoutBytes: number;
  stdoutSha256: string;
  /** metav1.Status, parsed. */
  status: {
    status?: string;
    reason?: string;
    message?: string;
    details?: { causes?: { reason?: string; message?: string }[] };
  };
  closeCode: number;
}

export interface ExecClientOptions {
  token: string;
  /** Count stdout without keeping it. */
  discardStdout?: boolean;
}

export class ExecClient {
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  readonly #status: Buffer[] = [];
  readonly #stdoutHash = createHash("sha256");
  #stdoutBytes = 0;
  readonly #ended: Promise<number>;
  #onOutput = () => {};

  private constructor(
    private readonly socket: WebSocket,
    private readonly options: ExecClientOptions,
  ) {
    socket.on("message", (data: Buffer) => this.#receive(data));
    this.#ended = new Promise((resolve) => socket.once("close", (code) => resolve(code)));
  }

  /** @throws RefusedError */
  static open(url: string, options: ExecClientOptions): Promise<ExecClient> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, [V5], {
        headers: { authorization: `Bearer ${options.token}` },
        perMessageDeflate: false,
        handshakeTimeout: OPEN_TIMEOUT_MS,
        rejectUnauthorized: false,
      });
      const client = new ExecClient(socket, options);
      socket.once("unexpected-response", (_request, response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("end", () =>
          reject(new RefusedError(response.statusCode ?? 0, Buffer.concat(chunks).toString())),
        );
      });
      socket.on("error", reject);
      socket.once("open", () =>
        socket.protocol === V5 ? resolve(client) : reject(new Error(`the server chose "${socket.protocol}"`)),
      );
    });
  }

  stdin(data: string | Uint8Array): void {
    this.#send(STDIN, Buffer.from(data));
  }

  closeStdin(): void {
    this.#send(CLOSE, Buffer.of(STDIN));
  }

  resize(width: number, height: number): void {
    this.#send(RESIZE, Buffer.from(JSON.stringify({ Width: width, Height: height })));
  }

  /** Waits until stdout holds the text. Rejects when the stream ends before. */
  async untilStdout(text: string): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      this.#onOutput = () => {
        if (Buffer.concat(this.#stdout).includes(text)) resolve();
      };
      this.#onOutput();
    });
    const ended = this.#ended.then(() => {
      throw new Error(`the stream ended before stdout held ${JSON.stringify(text)}`);
    });
    await Promise.race([seen, ended]);
  }

  /** Waits for the end: everything that came, and how it ended. */
  async result(): Promise<ExecResult> {
    const closeCode = await this.#ended;
    const status = Buffer.concat(this.#status).toString();
    return {
      stdout: Buffer.concat(this.#stdout).toString(),
      stderr: Buffer.concat(this.#stderr).toString(),
      stdoutBytes: this.#stdoutBytes,
      stdoutSha256: this.#stdoutHash.digest("hex"),
      status: status === "" ? {} : JSON.parse(status),
      closeCode,
    };
  }

  terminate(): void {
    this.socket.terminate();
  }

  #send(channel: number, payload: Buffer): void {
    this.socket.send(Buffer.concat([Buffer.of(channel), payload]));
  }

  #receive(message: Buffer): void {
    const payload = message.subarray(1);
    if (message[0] === STDOUT) {
      this.#stdoutBytes += payload.byteLength;
      this.#stdoutHash.update(payload);
      if (!this.options.discardStdout) this.#stdout.push(payload);
    } else if (message[0] === STDERR) this.#stderr.push(payload);
    else if (message[0] === STATUS) this.#status.push(payload);
    this.#onOutput();
  }
}

/** The exit code a Status tells, or null when it tells none. */
export function exitCodeOf({ status }: ExecResult): number | null {
  if (status.status === "Success") return 0;
  if (status.reason !== "NonZeroExitCode") return null;
  return Number(status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message ?? Number.NaN);
}
