/** What people and programs do at the edge: a session with its events, a plain stream, a forwarded port. */
import { connect } from "node:net";
import type { ForwardInfo, SessionCreated, StreamDetails } from "#protocol/api.ts";
import { Channel } from "#protocol/channel.ts";
import { decodeEvent, type SessionEvent } from "#protocol/session-event.ts";
import type { Status } from "#protocol/status.ts";
import { PORTHOLE_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { until } from "#server/testing/loopback.ts";
import { execPath, V5Client } from "#server/testing/v5-client.ts";
import type { Edge } from "./edge.fixture.ts";

/** A fault may take as long as the slowest limit on its way. */
const PATIENCE_MS = 45_000;

export interface Answer<T> {
  code: number;
  body: T & Status;
}

export type Ended = Extract<SessionEvent, { type: "ended" }>;

export class EdgeClients {
  constructor(private readonly edge: Edge) {}

  async post<T>(path: string, body: object): Promise<Answer<T>> {
    const headers = { ...this.edge.machine, "content-type": "application/json" };
    const answer = await fetch(this.edge.origin + path, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return { code: answer.status, body: (await answer.json()) as T & Status };
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.edge.origin + path, { headers: this.edge.machine })).json()) as T;
  }

  async streams(): Promise<StreamDetails[]> {
    return (await this.get<{ streams: StreamDetails[] }>("/api/streams")).streams;
  }

  /** POST /api/sessions, in default/shell if nothing else is said. */
  session(command: string[] = ["cat"], target: object = {}): Promise<Answer<SessionCreated>> {
    const shell = { cluster: "demo", namespace: "default", pod: "shell", container: "main" };
    return this.post("/api/sessions", { ...shell, command, ...target });
  }

  /** The page's side of a session that was made. */
  async view(made: Answer<SessionCreated>): Promise<SessionView> {
    if (made.code !== 201) throw new Error(`the session was refused: ${made.code} ${made.body.message}`);
    const { ws, seen, opened } = this.edge.dial(`/api/sessions/${made.body.id}/stream`, [
      PORTHOLE_SUBPROTOCOL,
    ]);
    await opened;
    return new SessionView(ws, seen);
  }

  /** A plain v5 client at /clusters/{cluster}/.... Rejects with the Refusal. */
  exec(command: string[] = ["cat"], cluster = "demo", pod = "default/shell"): Promise<V5Client> {
    const path = execPath(command, { stdin: "true" }, pod);
    return V5Client.connect(`${this.edge.origin}/clusters/${cluster}${path}`, this.edge.token);
  }

  /** A stream that is open before anything goes wrong. */
  async neighbour(cluster = "demo"): Promise<Neighbour> {
    return new Neighbour(await this.exec(["cat"], cluster));
  }

  /** A forward with a TCP port: default/web, its echo. */
  async forward(target: object = {}): Promise<ForwardClient> {
    const web = { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: 9090, listen: true };
    const made = await this.post<ForwardInfo>("/api/forwards", { ...web, ...target });
    if (made.code !== 201) throw new Error(`the forward was refused: ${made.code} ${made.body.message}`);
    return new ForwardClient(made.body, () => this.get(`/api/forwards/${made.body.id}`));
  }
}

class SessionView {
  constructor(
    readonly ws: { send(data: Uint8Array): void; terminate(): void },
    private readonly seen: { code: number; reason: string; frames: Buffer[] },
  ) {}

  get events(): SessionEvent[] {
    const frames = this.seen.frames.filter((frame) => frame[0] === Channel.Event);
    return frames.map((frame) => decodeEvent(frame.subarray(1))!);
  }

  get output(): string {
    const frames = this.seen.frames.filter((frame) => frame[0] === Channel.Stdout);
    return Buffer.concat(frames.map((frame) => frame.subarray(1))).toString();
  }

  type(text: string): void {
    this.ws.send(Buffer.concat([Buffer.of(Channel.Stdin), Buffer.from(text)]));
  }

  /** The last event, and the close code that follows it. */
  async ended(): Promise<Ended & { closeCode: number }> {
    await until("the end of the session", () => this.seen.code !== 0, PATIENCE_MS);
    const last = this.events.at(-1);
    if (last?.type !== "ended") throw new Error(`the last event is ${JSON.stringify(last)}`);
    return { ...last, closeCode: this.seen.code };
  }
}

/** `cat` on a stream of its own, which must not notice what happens to others. */
export class Neighbour {
  #lines = 0;

  constructor(readonly client: V5Client) {}

  async goesOn(): Promise<void> {
    this.#lines += 1;
    const line = `line ${this.#lines}\n`;
    this.client.stdin(line);
    await this.client.untilStdout(line);
  }

  async exits(): Promise<number | null> {
    this.client.closeStdin();
    await this.client.ended();
    return this.client.exitCode;
  }
}

export class ForwardClient {
  constructor(
    readonly made: ForwardInfo,
    readonly info: () => Promise<ForwardInfo>,
  ) {}

  /** What one TCP connection through the forward yields after sending a text, until `enough` or its end. */
  talk(text: string | Buffer, enough: (received: Buffer) => boolean = () => false): Promise<Buffer> {
    const [host, port] = this.made.local!.split(":");
    const pieces: Buffer[] = [];
    return new Promise((resolve) => {
      const socket = connect(Number(port), host, () => socket.write(text));
      socket.on("data", (piece) => {
        pieces.push(piece);
        if (enough(Buffer.concat(pieces))) socket.destroy();
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve(Buffer.concat(pieces)));
    });
  }

  /** Whether the echo in the pod answers. */
  async echoes(text: string): Promise<boolean> {
    const answer = await this.talk(text, (received) => received.length >= text.length);
    return answer.toString() === text;
  }
}
