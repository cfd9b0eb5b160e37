/** The web server of a demo pod: a page with its assets, and an endpoint for everything a forward must carry. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { acceptEcho } from "./echo.ts";
import { download, upload } from "./web-bodies.ts";
import { serveEvents } from "./web-events.ts";
import { APP_JS, LOGO_SVG, page, STYLE_CSS } from "./web-page.ts";

export interface WebServerOptions {
  /** Shown on the page, so that a visitor sees which replica answered. */
  pod: string;
  /** One access-log line per answered request. */
  log(line: string): void;
}

const DEFAULT_SLOW_MS = 3_000;
const MAX_SLOW_MS = 60_000;
/** Echoed bodies are counted, not kept; their text only up to this. */
const MAX_ECHO_BYTES = 64 * 1024;

type Handler = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => void;

export function createWebServer(options: WebServerOptions): Server {
  const server = createServer(listener(options));
  // A forward keeps connections open between requests, longer than the default of 5 s.
  server.keepAliveTimeout = 60_000;
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    if (request.url?.split("?")[0] === "/ws") acceptEcho(request, socket, head);
    else socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  return server;
}

function listener(options: WebServerOptions): RequestListener {
  const handlers: Record<string, Handler> = {
    "/": (_request, response) => send(response, "text/html; charset=utf-8", page(options.pod)),
    "/style.css": (_request, response) => send(response, "text/css; charset=utf-8", STYLE_CSS),
    "/app.js": (_request, response) => send(response, "text/javascript; charset=utf-8", APP_JS),
    "/logo.svg": (_request, response) => send(response, "image/svg+xml", LOGO_SVG),
    "/healthz": (_request, response) => send(response, "text/plain", "ok\n"),
    "/whoami": (_request, response) => send(response, "text/plain", `${options.pod}\n`),
    "/echo": echo,
    "/events": serveEvents,
    "/upload": upload,
    "/download": download,
    "/redirect": redirect,
    "/cookies": cookies,
    "/slow": slow,
    "/hints": hints,
  };
  return (request, response) => {
    // `//` and the like are paths, and no URLs.
    const target = request.url ?? "/";
    const { pathname, searchParams } = new URL(
      URL.canParse(target, "http://pod") ? target : "/",
      "http://pod",
    );
    response.once("finish", () => {
      const agent = request.headers["user-agent"] ?? "-";
      options.log(`10.244.0.1 "${request.method} ${pathname} HTTP/1.1" ${response.statusCode} "${agent}"`);
    });
    const handler = Object.hasOwn(handlers, pathname) ? handlers[pathname] : undefined;
    if (handler) handler(request, response, searchParams);
    else send(response, "text/plain", `nothing is at ${pathname}\n`, 404);
  };
}

function send(response: ServerResponse, type: string, text: string, status = 200): void {
  const body = Buffer.from(text);
  response.writeHead(status, { "content-type": type, "content-length": body.byteLength });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** Method, path, headers and body as they arrived: what a proxy added or took shows. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  const kept: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    if (bytes < MAX_ECHO_BYTES) kept.push(chunk.subarray(0, MAX_ECHO_BYTES - bytes));
    bytes += chunk.byteLength;
  });
  request.on("end", () => {
    const { method, url, headers, httpVersion } = request;
    const answer = { method, url, httpVersion, headers, bytes, body: Buffer.concat(kept).toString("utf8") };
    send(response, "application/json", `${JSON.stringify(answer, null, 2)}\n`);
  });
}

/** `?absolute` names this host in full, as many frameworks do. */
function redirect(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
  const target = "/echo?redirected=1";
  const location = query.has("absolute") ? `http://${request.headers.host ?? "pod"}${target}` : target;
  response.writeHead(302, { location, "content-length": 0 });
  response.end();
}

/** Counts visits in a cookie and answers the cookies that came. */
function cookies(request: IncomingMessage, response: ServerResponse): void {
  const received = request.headers.cookie ?? "";
  const visits = Number(/(?:^|;\s*)visits=(\d{1,6})/.exec(received)?.[1] ?? 0) + 1;
  response.setHeader("set-cookie", [`visits=${visits}; Path=/; HttpOnly`, "theme=plain; Path=/"]);
  send(response, "application/json", `${JSON.stringify({ received, visits })}\n`);
}

/** Answers after a while: `?ms=`. */
function slow(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
  const ms = Math.min(Number(query.get("ms") ?? DEFAULT_SLOW_MS) || 0, MAX_SLOW_MS);
  const timer = setTimeout(() => send(response, "text/plain", `waited ${ms} ms\n`), ms);
  request.once("close", () => {
    if (!response.writableEnded && response.destroyed) clearTimeout(timer);
  });
}

/** An informational response before the answer, and a trailer after it. */
function hints(_request: IncomingMessage, response: ServerResponse): void {
  response.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" });
  response.writeHead(200, { "content-type": "text/plain", trailer: "x-checksum" });
  response.write("hints came before, a trailer comes after\n");
  response.addTrailers({ "x-checksum": "demo" });
  response.end();
}
