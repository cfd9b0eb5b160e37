/** One of each kind of stream that lives longer than a request, open through the whole server, with output flowing. */
import { get as httpGet } from "node:http";
import { connect } from "node:net";
import type { Readable } from "node:stream";
import { WebSocket } from "ws";
import type { ForwardInfo, ForwardLink, SessionCreated, TicketInfo } from "#protocol/api.ts";
import { Channel } from "#protocol/channel.ts";
import { decodeEvent } from "#protocol/session-event.ts";
import { decodeStatus } from "#protocol/status.ts";
import { PORTHOLE_SUBPROTOCOL, TICKET_PREFIX, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { ApiContext } from "#server/kube/api/api-context.ts";
import { SpdyConnection } from "#server/spdy/connection.ts";
import { WebSocketDialer } from "#server/stream/dial/websocket-dialer.ts";
import { SubrequestPair } from "#server/stream/portforward/subrequest-pair.ts";
import { until } from "#server/testing/loopback.ts";
import { execPath } from "#server/testing/v5-client.ts";
import type { Edge } from "./edge.fixture.ts";
import { LiveStream } from "./live-stream.fixture.ts";

const WEB_PORT = 8080;
const PODS = "/api/v1/namespaces/default/pods";
export const STALLED = "a client that does not read";
const EVENTS = "GET /events HTTP/1.1\r\nHost: web\r\n\r\n";

/** Writes the time to a file of the pod's while it runs: the file stands still when the process is gone. */
const beating = (file: string, extra = "") => [
  "sh",
  "-c",
  `while :; do date +%s%N >> /tmp/${file}; echo beat; ${extra} sleep 0.05; done`,
];

/** A program with the launch token, or a page with a sign-in. */
export class LiveClient {
  readonly streams: LiveStream[] = [];
  readOn: () => void = () => {};
  /** Of the forward. */
  localPort = 0;
  #preview: { host: string; cookie: string } | null = null;

  private constructor(
    private readonly edge: Edge,
    readonly headers: Record<string, string>,
    private readonly signedIn: boolean,
    private readonly cluster: string,
  ) {}

  static machine(edge: Edge, cluster = "demo"): LiveClient {
    return new LiveClient(edge, edge.machine, false, cluster);
  }

  static async browser(edge: Edge, cluster = "demo"): Promise<LiveClient> {
    return new LiveClient(edge, await edge.signIn(), true, cluster);
  }

  async post<T>(path: string, body: object): Promise<{ code: number; body: T }> {
    const headers = { ...this.headers, "content-type": "application/json" };
    const answer = await fetch(this.edge.origin + path, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return { code: answer.status, body: (answer.status === 204 ? null : await answer.json()) as T };
  }

  async dial(path: string, protocols: string[]): Promise<WebSocket> {
    const [bare] = path.split("?");
    const ticket = this.signedIn && (await this.post<TicketInfo>("/api/tickets", { path: bare })).body.ticket;
    const headers = this.signedIn ? { origin: this.edge.origin } : this.headers;
    const offered = ticket ? [...protocols, TICKET_PREFIX + ticket] : protocols;
    const ws = new WebSocket(this.edge.origin.replace("http", "ws") + path, offered, {
      headers,
      perMessageDeflate: false,
    });
    await new Promise<void>((resolve, reject) => {
      ws.once("open", resolve);
      ws.once("unexpected-response", (_request, response) =>
        reject(new Error(`refused: ${response.statusCode}`)),
      );
      ws.once("error", reject);
    });
    ws.on("error", () => {});
    return ws;
  }

  /** All of them. Each has brought something before this resolves, but for the WebSocket that only echoes. */
  async openAll(): Promise<this> {
    await Promise.all([
      this.terminal(),
      this.exec("exec", beating("exec")),
      this.stalled(),
      this.attach(),
      ...(this.signedIn ? [] : [this.tunnel()]),
      this.watch(),
      this.log(),
      this.forwards(),
    ]);
    const silent = new Set(["a preview's WebSocket", STALLED]);
    for (const stream of this.streams) {
      if (!silent.has(stream.name)) await until(`bytes of ${stream.name}`, () => stream.bytes > 0);
    }
    return this;
  }

  find(name: string): LiveStream {
    const found = this.streams.find((stream) => stream.name === name);
    if (!found) throw new Error(`there is no stream called ${name}`);
    return found;
  }

  close(): void {
    for (const stream of this.streams) stream.drop();
  }

  /** @returns the session's id */
  async terminal(): Promise<string> {
    const target = { cluster: this.cluster, namespace: "default", pod: "shell", container: "main" };
    const { body } = await this.post<SessionCreated>("/api/sessions", {
      ...target,
      command: beating("terminal"),
    });
    await this.view("terminal", body.id);
    return body.id;
  }

  async view(name: string, session: string): Promise<void> {
    this.#channels(name, await this.dial(`/api/sessions/${session}/stream`, [PORTHOLE_SUBPROTOCOL]));
  }

  async exec(name: string, command: string[]): Promise<WebSocket> {
    const ws = await this.dial(`/clusters/${this.cluster}${execPath(command)}`, [V5_SUBPROTOCOL]);
    this.#channels(name, ws);
    return ws;
  }

  /** It reads nothing until readOn(), which is how it finds out that it was dropped. */
  async stalled(): Promise<void> {
    const ws = await this.exec(STALLED, beating("flood", "head -c 200000 /dev/zero;"));
    ws.pause();
    this.readOn = () => ws.resume();
  }

  async attach(): Promise<void> {
    const path = `/clusters/${this.cluster}${PODS}/shell/attach?container=main&stdout=true`;
    this.#channels("attach", await this.dial(path, [V5_SUBPROTOCOL]));
  }

  #channels(name: string, ws: WebSocket): void {
    const stream = this.#track(name, () => ws.terminate());
    const status: Buffer[] = [];
    let words = "";
    ws.on("message", (frame: Buffer) => {
      const payload = frame.subarray(1);
      if (frame[0] === Channel.Stdout) stream.received(payload.byteLength);
      if (frame[0] === Channel.Error) status.push(payload);
      if (frame[0] === Channel.Event) {
        const event = decodeEvent(payload);
        if (event?.type === "ended") words = event.end.words;
      }
    });
    ws.on("close", (_code, reason) => {
      stream.ended(words || decodeStatus(Buffer.concat(status))?.message || reason.toString());
    });
  }

  /** As kubectl port-forward opens it. No page can: the subprotocol's name has a slash, which browsers refuse. */
  async tunnel(): Promise<void> {
    const server = `${this.edge.origin}/clusters/${this.cluster}`;
    const context = new ApiContext({ name: "edge", server, credential: { token: this.edge.token } });
    const { bytes } = await new WebSocketDialer(context.as(null)).dialTunnel({
      namespace: "default",
      pod: "web",
    });
    const stream = this.#track("a port-forward at /clusters/", () => bytes.destroy());
    bytes.on("error", () => {});
    bytes.on("close", () => {
      stream.ended();
      context.close();
    });
    const connection = new SpdyConnection(bytes, { role: "client" });
    const data = await new SubrequestPair(connection, WEB_PORT, 0).open((one) => one.replied);
    data.on("error", () => {});
    data.on("data", (piece: Buffer) => stream.received(piece.byteLength));
    data.write(EVENTS);
  }

  async watch(): Promise<void> {
    const words = (text: string) => {
      const last = JSON.parse(text.trim().split("\n").at(-1) ?? "");
      return last.type === "ERROR" ? last.object.message : "";
    };
    await this.#fetch("a watch", `${PODS}?watch=true&resourceVersion=0`, words);
  }

  async log(): Promise<void> {
    await this.#fetch("a log that is followed", `${PODS}/shell/log?container=main&follow=true`, () => "");
  }

  async #fetch(name: string, path: string, wordsIn: (text: string) => string): Promise<void> {
    const gone = new AbortController();
    const url = `${this.edge.origin}/clusters/${this.cluster}${path}`;
    const answer = await fetch(url, { headers: this.headers, signal: gone.signal });
    if (!answer.ok) throw new Error(`${name} was refused: ${answer.status}`);
    const stream = this.#track(name, () => gone.abort());
    void (async () => {
      let text = "";
      try {
        for await (const piece of answer.body!) {
          stream.received(piece.byteLength);
          text += Buffer.from(piece).toString();
        }
      } catch {
        // Cut, which is an end as well.
      }
      stream.ended(wordsIn(text));
    })();
  }

  /** A local TCP connection, a response and a WebSocket of a preview. */
  async forwards(): Promise<void> {
    const web = { cluster: this.cluster, namespace: "default", kind: "Pod", name: "web", port: WEB_PORT };
    const { body: made } = await this.post<ForwardInfo>("/api/forwards", { ...web, listen: true });
    this.localPort = Number(made.local!.split(":")[1]);
    const socket = connect(this.localPort, "127.0.0.1", () => socket.write(EVENTS));
    this.#read(
      this.#track("a local TCP connection", () => socket.destroy()),
      socket,
    );

    const { body: link } = await this.post<ForwardLink>(`/api/forwards/${made.id}/open`, {});
    const preview = await this.#enter(new URL(link.url));
    this.#preview = preview;
    const response = await new Promise<Readable>((resolve, reject) => {
      const options = { host: "127.0.0.1", port: this.edge.port, path: "/events", headers: preview };
      httpGet(options, resolve).once("error", reject);
    });
    this.#read(
      this.#track("a preview's response", () => response.destroy()),
      response,
    );

    const ws = new WebSocket(`ws://127.0.0.1:${this.edge.port}/ws`, {
      headers: { ...preview, origin: `http://${preview.host}` },
    });
    ws.on("error", () => {});
    await new Promise((resolve) => ws.once("open", resolve));
    const stream = this.#track("a preview's WebSocket", () => ws.terminate());
    ws.on("close", () => stream.ended());
  }

  /** Another request through the forward whose cookie this client has. */
  async previewAgain(): Promise<{ code: number; reason: string }> {
    const { host, cookie } = this.#preview!;
    const answer = await this.edge.raw(this.edge.get("/whoami", host, `Cookie: ${cookie}\n`));
    const body = answer.all.slice(answer.all.indexOf("\r\n\r\n"));
    return { code: Number(answer.line.split(" ")[1]), reason: JSON.parse(body).reason };
  }

  /** Trades the link's code for the cookie of the forward's origin. */
  async #enter({ host, origin, hash }: URL): Promise<{ host: string; cookie: string }> {
    const body = JSON.stringify({ code: new URLSearchParams(hash.slice(1)).get("code") });
    const head = `Host: ${host}\nOrigin: ${origin}\nContent-Type: application/json\nContent-Length: ${body.length}\n`;
    const entered = await this.edge.raw(
      `POST /.porthole/enter HTTP/1.1\n${head}Connection: close\n\n${body}`,
    );
    return { host, cookie: /^Set-Cookie: ([^;]+)/im.exec(entered.all)![1]! };
  }

  #read(stream: LiveStream, source: Readable): void {
    source.on("data", (piece: Buffer) => stream.received(piece.byteLength));
    source.on("error", () => {});
    source.on("close", () => stream.ended());
  }

  #track(name: string, drop: () => void): LiveStream {
    const stream = new LiveStream(name, drop);
    this.streams.push(stream);
    return stream;
  }
}
