/**
 * An API server as small as the doctor needs one: version, reviews, one pod with `cat` and a port. Its knobs make it
 * refuse, or fail behind a good upgrade; what a network does is in faulty-way.fixture.ts.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { Duplex } from "node:stream";
import { onTestFinished } from "vitest";
import { Channel } from "#protocol/channel.ts";
import { failureStatus } from "#protocol/status.ts";
import { encodeText } from "#protocol/text.ts";
import { SpdyConnection } from "#server/spdy/connection.ts";
import { execDownstream, tunnelDownstream } from "#server/stream/accept/downstream.ts";
import type { ChannelSocket } from "#server/stream/types.ts";
import { isWebSocket } from "#server/stream/websocket/handshake.ts";
import { runEcho } from "#server/testing/exec-echo.ts";
import { type Loopback, listenOnLoopback } from "#server/testing/loopback.ts";

export interface Refusal {
  code: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface Knobs {
  version?: string;
  tls?: ServerOptions;
  /** What access reviews deny: "get exec". */
  denied?: readonly string[];
  /** Sent with every answer to a request. */
  headers?: Record<string, string>;
  /** Answers in place of the API server. */
  instead?: (request: IncomingMessage) => Refusal | undefined;
  /** Answers to upgrades. */
  websocket?: Refusal;
  spdy?: Refusal;
  /** Ends commands without a status. */
  noStatus?: boolean;
  /** What the runtime says in place of running the command. */
  execError?: string;
  /** What the runtime says of a port. */
  portError?: string;
}

export async function startApiServer(knobs: Knobs = {}): Promise<Loopback & { url: string }> {
  const server = (knobs.tls ? createTlsServer(knobs.tls) : createServer()) as Server;
  const loopback = await listenOnLoopback(
    {
      request: (request, response) => void answer(knobs, request, response),
      upgrade: (request, socket, head) => {
        socket.on("error", () => {});
        accept(knobs, request, socket, head).catch(() => socket.destroy());
      },
    },
    server,
  );
  onTestFinished(() => loopback.close());
  return { ...loopback, url: `${knobs.tls ? "https" : "http"}://127.0.0.1:${loopback.port}` };
}

/** A refusal as an API server words it. */
export function statusRefusal(code: number, message: string, reason = "Forbidden"): Refusal {
  const body = JSON.stringify(failureStatus(code, reason, message));
  return { code, headers: { "Content-Type": "application/json" }, body };
}

/** The error page of an nginx. */
export function nginxPage(code: number): Refusal {
  const body = `<html><head><title>${code}</title></head><body><center><h1>${code}</h1></center><hr><center>nginx/1.22.1</center></body></html>`;
  return { code, headers: { "Content-Type": "text/html", Server: "nginx/1.22.1" }, body };
}

async function answer(knobs: Knobs, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  for await (const piece of request) body += piece;
  const path = request.url ?? "";
  const other = knobs.instead?.(request);
  if (other) {
    response.writeHead(other.code, { ...knobs.headers, ...other.headers }).end(other.body);
    return;
  }
  const send = (code: number, value: unknown) => {
    response.writeHead(code, { ...knobs.headers, "Content-Type": "application/json" });
    response.end(JSON.stringify(value));
  };
  if (path === "/version") send(200, { gitVersion: knobs.version ?? "v1.36.4" });
  else if (path.endsWith("/selfsubjectreviews")) send(201, { status: { userInfo: { username: "tester" } } });
  else if (path.endsWith("/selfsubjectaccessreviews")) {
    const { verb, subresource } = JSON.parse(body).spec.resourceAttributes;
    send(201, { status: { allowed: !knobs.denied?.includes(`${verb} ${subresource}`) } });
  } else if (path === "/api/v1/namespaces/default/pods/web") send(200, POD);
  else send(404, failureStatus(404, "NotFound", `pods "${path.split("/").at(-1)}" not found`));
}

const POD = {
  spec: { nodeName: "node-1", containers: [{ name: "app", ports: [{ containerPort: 8080 }] }] },
  status: { phase: "Running", containerStatuses: [{ name: "app", state: { running: {} } }] },
};

async function accept(knobs: Knobs, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const refusal = isWebSocket(request) ? knobs.websocket : knobs.spdy;
  const url = new URL(request.url ?? "", "http://host");
  if (refusal) {
    refuse(socket, refusal);
  } else if (url.pathname.endsWith("/portforward")) {
    servePorts(await tunnelDownstream(request, url.searchParams).accept(socket, head), knobs);
  } else {
    const asked = { stdin: true, stdout: true, stderr: true, tty: false };
    serveExec(await execDownstream(request, asked).accept(socket, head), knobs);
  }
}

function refuse(socket: Duplex, { code, headers = {}, body = "" }: Refusal): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n`;
  socket.end(`HTTP/1.1 ${code} Refused\r\n${lines.join("")}${length}\r\n${body}`);
}

function serveExec(channels: ChannelSocket, { execError, noStatus }: Knobs): void {
  if (execError) {
    channels.listen({ frame() {}, drain() {}, end() {} });
    const status = encodeText(JSON.stringify(failureStatus(500, "InternalError", execError)));
    channels.send(Channel.Error, status);
    channels.close({ cause: "exited", words: "the command is over" });
  } else if (noStatus) {
    channels.listen({
      frame: (channel, payload) => {
        if (channel === Channel.Close) channels.close({ cause: "exited", words: "the command is over" });
        else channels.send(Channel.Stdout, payload);
      },
      drain() {},
      end() {},
    });
  } else runEcho(channels);
}

function servePorts(bytes: Duplex, { portError }: Knobs): void {
  bytes.on("error", () => {});
  new SpdyConnection(bytes, {
    role: "server",
    onStream(stream) {
      stream.reply();
      stream.resume();
      if (stream.headers.streamtype === "error" && portError) stream.end(portError);
    },
  });
}
