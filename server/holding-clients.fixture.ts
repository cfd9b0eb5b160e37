/** Clients that hold a connection with as little as they can, and do not let go when they are told to. */
import { connect, type Socket } from "node:net";

export interface Hold {
  what: string;
  /** LF stands for CRLF, and HOST, PORT and TOKEN for what they say. */
  send: string;
  /** Sent again and again. */
  trickle?: string;
  everyMs?: number;
  /** Takes nothing of the answer. */
  deaf?: true;
}

export class Holder {
  readonly socket: Socket;
  closed = false;
  received = "";
  readonly #trickle: NodeJS.Timeout | undefined;

  /** A FIN is not answered: only a reset ends it. */
  constructor(port: number, token: string, hold: Hold) {
    const { send, trickle, deaf, everyMs = 20 } = hold;
    const filled = (text: string) =>
      Buffer.from(
        text
          .replaceAll("\n", "\r\n")
          .replaceAll("HOST", `127.0.0.1:${port}`)
          .replaceAll("PORT", String(port))
          .replaceAll("TOKEN", token),
        "latin1",
      );
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    if (send) this.socket.write(filled(send));
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.closed = true;
      clearInterval(this.#trickle);
    });
    if (deaf) this.socket.pause();
    else
      this.socket.on("data", (data) => {
        this.received = (this.received + data.toString("latin1")).slice(0, 64 * 1024);
      });
    if (trickle !== undefined) {
      const bytes = filled(trickle);
      this.#trickle = setInterval(() => {
        if (this.socket.writableLength < 64 * 1024) this.socket.write(bytes);
      }, everyMs);
    }
  }

  /** Of the first answer; "" when there was none. */
  get line(): string {
    return this.received.split("\r\n")[0]!;
  }

  /** Whether the other end is really gone, and not only its FIN here: then a byte draws a reset. */
  poke(): void {
    if (!this.closed) this.socket.write("x");
  }

  close(): void {
    clearInterval(this.#trickle);
    this.socket.destroy();
  }
}

const get = (path: string, more = "") => `GET ${path} HTTP/1.1\nHost: HOST\n${more}\n`;
const post = (path: string, more: string, body = "") => `POST ${path} HTTP/1.1\nHost: HOST\n${more}\n${body}`;
const upgrade = (path: string, more = "") =>
  get(
    path,
    `Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n${more}`,
  );
const JSON_BODY = "Content-Type: application/json\nContent-Length: 60000\n";
const CHUNKED = "Content-Type: application/json\nTransfer-Encoding: chunked\n";
const BEARER = "Authorization: Bearer TOKEN\n";

/** One for each phase and each way to stay in it. */
export const HOLDS: readonly Hold[] = [
  { what: "says nothing", send: "" },
  { what: "sends half a request line", send: "GE" },
  { what: "sends half a head", send: "GET / HTTP/1.1\nHost: HOST\nX: y" },
  { what: "sends its head byte by byte", send: "GET / HTTP/1.1\nHost: HOST\nX: ", trickle: "y" },
  {
    what: "sends one header line after the other",
    send: "GET / HTTP/1.1\nHost: HOST\n",
    trickle: "X: y\n",
    everyMs: 100,
  },
  { what: "sends empty lines for a head", send: "\n", trickle: "\n" },
  { what: "sends empty lines after a request", send: get("/healthz"), trickle: "\n" },
  { what: "is idle after a request", send: get("/healthz") },
  { what: "is idle after a request that closes", send: get("/healthz", "Connection: close\n") },
  { what: "is no HTTP", send: "\0\x16\x03\x01\n\n" },
  { what: "goes on after being refused", send: "NONSENSE\n\n", trickle: "x" },
  { what: "speaks HTTP/2", send: "PRI * HTTP/2.0\n\nSM\n\n" },
  { what: "speaks TLS to plain HTTP", send: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" },
  { what: "asks for a tunnel", send: "CONNECT 127.0.0.1:1 HTTP/1.1\nHost: HOST\n\n", trickle: "x" },
  {
    what: "asks of another host (421), its body to come",
    send: post("/api/login", JSON_BODY).replace("HOST", "x"),
    trickle: "y",
  },
  {
    what: "is refused its path (400), its body to come",
    send: post("/x/../api/login", JSON_BODY),
    trickle: "y",
  },
  { what: "is not signed in (401), its body to come", send: post("/api/sessions", JSON_BODY), trickle: "y" },
  { what: "is not signed in (401), and sends nothing of its body", send: post("/api/sessions", JSON_BODY) },
  {
    what: "has the wrong type (415), its body to come",
    send: post("/api/login", "Content-Length: 60000\n"),
    trickle: "y",
  },
  { what: "has the wrong method (405), its body to come", send: post("/healthz", JSON_BODY), trickle: "y" },
  { what: "finds nothing (404), its body to come", send: post("/api/nowhere", JSON_BODY), trickle: "y" },
  {
    what: "sends too much (413), without an end",
    send: post("/api/login", CHUNKED),
    trickle: `2000\n${"y".repeat(0x2000)}\n`,
  },
  { what: "sends a body byte by byte", send: post("/api/login", JSON_BODY), trickle: "y" },
  { what: "sends a chunked body byte by byte", send: post("/api/login", CHUNKED), trickle: "1\ny\n" },
  { what: "sends trailers without an end", send: post("/api/login", CHUNKED, "0\n"), trickle: "X: y\n" },
  { what: "waits for a 100 Continue", send: post("/api/login", `Expect: 100-continue\n${JSON_BODY}`) },
  { what: "expects something else", send: post("/api/login", `Expect: 200-ok\n${JSON_BODY}`), trickle: "y" },
  {
    what: "is signed in, and has the wrong type (415)",
    send: post("/api/sessions", `${BEARER}Content-Length: 60000\n`),
    trickle: "y",
  },
  {
    what: "is signed in, and sends too much (413)",
    send: post("/api/sessions", `${BEARER}${CHUNKED}`),
    trickle: `2000\n${"y".repeat(0x2000)}\n`,
  },
  { what: "sends many requests at once", send: get("/healthz").repeat(3_000) },
  {
    what: "sends many requests at once and takes no answer",
    send: get("/healthz").repeat(3_000),
    deaf: true,
  },
  {
    what: "goes on to send requests and takes no answer",
    send: get("/nowhere"),
    trickle: get("/nowhere").repeat(16).replaceAll("HOST", "x"),
    deaf: true,
  },
  { what: "is refused its upgrade (401)", send: upgrade("/api/sessions/x/stream") },
  { what: "is refused its upgrade (404) and goes on", send: upgrade("/nowhere", BEARER), trickle: "x" },
  {
    what: "is refused its upgrade behind answers that it does not take",
    send: get("/nowhere").repeat(15) + upgrade("/nowhere"),
    deaf: true,
  },
  { what: "is refused a preview", send: get("/").replace("HOST", "p-aaaaaaaaaaaa.localhost:PORT") },
  { what: "signs in at a preview byte by byte", send: post("/.porthole/enter", JSON_BODY), trickle: "y" },
];
