import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TUNNEL_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { ApiContext } from "#server/kube/api/api-context.ts";
import { record } from "#server/testing/channel-pair.ts";
import { type Loopback, listenOnLoopback, until } from "#server/testing/loopback.ts";
import { acceptChannels, acceptTunnel } from "../accept/websocket-acceptor.ts";
import { StreamError, UpgradeError } from "../errors.ts";
import type { ExecTarget } from "../types.ts";
import { WebSocketDialer } from "./websocket-dialer.ts";

const TARGET: ExecTarget = {
  namespace: "team-a",
  pod: "api",
  subresource: "exec",
  container: "main",
  command: ["ls", "-la"],
  stdin: true,
  stdout: true,
  stderr: false,
  tty: true,
};

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

let apiServer: Loopback;
let elsewhere: Loopback;
let upgrade: Upgrade;
let requests: IncomingMessage[];
let dialedElsewhere: number;
let invalidated: number;

beforeEach(async () => {
  requests = [];
  dialedElsewhere = 0;
  invalidated = 0;
  apiServer = await listenOnLoopback({
    upgrade(request, socket, head) {
      requests.push(request);
      upgrade(request, socket, head);
    },
  });
  elsewhere = await listenOnLoopback({
    request: (_request, response) => {
      dialedElsewhere += 1;
      response.end();
    },
    upgrade: (_request, socket) => {
      dialedElsewhere += 1;
      socket.destroy();
    },
  });
});

afterEach(async () => {
  await apiServer.close();
  await elsewhere.close();
});

function dialer(server = `${apiServer.origin}/base/path`): WebSocketDialer {
  const credential = {
    get: async () => ({ authorization: `Bearer secret-${invalidated}` }),
    invalidate() {
      invalidated += 1;
    },
    close() {},
  };
  return new WebSocketDialer(new ApiContext({ name: "test", server, credential }).as(null));
}

const answer =
  (head: string, body = ""): Upgrade =>
  (_request, socket) => {
    socket.end(
      `HTTP/1.1 ${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  };

async function failure(promise: Promise<unknown>): Promise<UpgradeError | StreamError> {
  return await promise.then(
    () => {
      throw new Error("it was accepted");
    },
    (error) => error,
  );
}

describe("dialling exec", () => {
  it("offers v5 alone, on kubectl's path below the server's base path, with the credential", async () => {
    upgrade = (request, socket, head) => {
      acceptChannels(request, socket, head, [V5_SUBPROTOCOL]).listen({ frame() {}, drain() {}, end() {} });
    };
    const { socket } = await dialer().dialExec(TARGET);
    expect(socket.subprotocol).toBe(V5_SUBPROTOCOL);
    expect(requests[0]!.url).toBe(
      "/base/path/api/v1/namespaces/team-a/pods/api/exec?command=ls&command=-la&container=main&stdin=true&stdout=true&tty=true",
    );
    expect(requests[0]!.headers).toMatchObject({
      authorization: "Bearer secret-0",
      "sec-websocket-protocol": V5_SUBPROTOCOL,
    });
    expect(requests[0]!.headers["sec-websocket-extensions"]).toBeUndefined();
    expect(requests[0]!.headers.origin).toBeUndefined();
    socket.terminate();
  });

  it("loses no frame that comes in the same packet as the 101", async () => {
    upgrade = (request, socket, head) => {
      socket.cork();
      const channels = acceptChannels(request, socket, head, [V5_SUBPROTOCOL]);
      channels.send(1, new Uint8Array(0));
      channels.send(1, Uint8Array.of(65, 66));
      process.nextTick(() => socket.uncork());
    };
    const { socket } = await dialer().dialExec(TARGET);
    await new Promise((resolve) => setImmediate(resolve));
    const seen = record(socket);
    await until("both frames", () => seen.frames.length === 2);
    expect(seen.on(1).toString()).toBe("AB");
    socket.terminate();
  });

  it("carries the API server's Status when it refuses", async () => {
    const status = {
      kind: "Status",
      status: "Failure",
      message: 'pods "api" is forbidden: User "viewer" cannot create resource "pods/exec"',
      reason: "Forbidden",
      code: 403,
    };
    upgrade = answer("403 Forbidden", JSON.stringify(status));
    const error = await failure(dialer().dialExec(TARGET));
    expect(error).toBeInstanceOf(UpgradeError);
    expect(error).toMatchObject({
      httpStatus: 403,
      message: status.message,
      status: { reason: "Forbidden" },
    });
  });

  it("says what came when a refusal has no body or no Status", async () => {
    upgrade = answer("403 Forbidden");
    expect(await failure(dialer().dialExec(TARGET))).toMatchObject({ httpStatus: 403, status: null });
    upgrade = answer("502 Bad Gateway", "");
    expect((await failure(dialer().dialExec(TARGET))).message).toBe(
      "The API server answered 502 Bad Gateway and gave no reason.",
    );
    upgrade = answer("502 Bad Gateway", "<html>proxy</html>");
    expect((await failure(dialer().dialExec(TARGET))).message).toMatch(/web page .*\(502 Bad Gateway\)$/);
  });

  it("reads no more of a refusal than a Status can be", async () => {
    upgrade = answer("500 Internal Server Error", "x".repeat(5_000_000));
    const error = await failure(dialer().dialExec(TARGET));
    expect(error).toBeInstanceOf(UpgradeError);
    expect(error.message.length).toBeLessThan(100);
  });

  it("follows no redirect, so the credential goes nowhere else", async () => {
    upgrade = answer(`302 Found\r\nLocation: ${elsewhere.origin}/steal`);
    expect(await failure(dialer().dialExec(TARGET))).toMatchObject({ httpStatus: 302 });
    expect(dialedElsewhere).toBe(0);
  });

  it("tries once more after a 401, with a fresh credential", async () => {
    upgrade = answer("401 Unauthorized");
    expect(await failure(dialer().dialExec(TARGET))).toMatchObject({ httpStatus: 401 });
    expect(requests.map((request) => request.headers.authorization)).toEqual([
      "Bearer secret-0",
      "Bearer secret-1",
    ]);
  });

  it.each([
    [
      "no subprotocol",
      "101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ",
    ],
    ["200 instead of an upgrade", "200 OK"],
  ])("takes %s for a failed upgrade, which may lead to a fallback", async (_name, head) => {
    upgrade = (request, socket, rest) => {
      const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash("sha1").update(key).digest("base64");
      answer(head.endsWith("Accept: ") ? head + accept : head)(request, socket, rest);
    };
    expect(await failure(dialer().dialExec(TARGET))).toBeInstanceOf(UpgradeError);
  });

  it("takes a refused connection for unreachable, which never leads to a fallback", async () => {
    const gone = apiServer.origin;
    await apiServer.close();
    const error = await failure(dialer(gone).dialExec(TARGET));
    expect(error).toBeInstanceOf(StreamError);
    expect(error).toMatchObject({ code: "UNREACHABLE" });
  });

  it("gives up when the caller does, and leaves no connection", async () => {
    upgrade = (_request, socket) => socket.resume().once("end", () => socket.destroy());
    const abort = new AbortController();
    const attempt = failure(dialer().dialExec(TARGET, abort.signal));
    await until("the request", () => requests.length === 1);
    abort.abort();
    expect(await attempt).toMatchObject({ code: "CANCELED" });
    await until("the socket to close", () => apiServer.sockets.size === 0);
  });
});

describe("dialling a tunnel", () => {
  it("offers the name with the slash, without a query, and gives a byte stream", async () => {
    upgrade = (request, socket, head) => {
      const bytes = acceptTunnel(request, socket, head);
      bytes.on("error", () => {});
      bytes.pipe(bytes);
    };
    const tunnel = await dialer(apiServer.origin).dialTunnel({ namespace: "team-a", pod: "api" });
    expect(requests[0]!.url).toBe("/api/v1/namespaces/team-a/pods/api/portforward");
    expect(tunnel.subprotocol).toBe(TUNNEL_SUBPROTOCOL);
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    const pieces: Buffer[] = [];
    tunnel.bytes.on("data", (piece: Buffer) => pieces.push(piece));
    tunnel.bytes.write(sent.subarray(0, 3));
    tunnel.bytes.write(sent.subarray(3));
    await until("the echo", () => Buffer.concat(pieces).byteLength === sent.byteLength);
    expect(Buffer.concat(pieces).equals(sent)).toBe(true);
    tunnel.bytes.destroy();
    await until("the socket to close", () => apiServer.sockets.size === 0);
  });

  it("is refused like exec when the API server knows no tunnels", async () => {
    upgrade = answer("400 Bad Request", "unable to upgrade");
    expect(await failure(dialer().dialTunnel({ namespace: "team-a", pod: "api" }))).toBeInstanceOf(
      UpgradeError,
    );
  });
});
