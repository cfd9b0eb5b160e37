/** Porthole's own forwards: a pod's port as a TCP port of this machine. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { limited, stopReading } from "../../waiting.ts";
import { type Check, type Conformance, Skip } from "../check.ts";
import { WEB } from "../exec-command.ts";
import { UNUSED_PORT } from "../peers/forward-subrequest.ts";
import { RandomBytes } from "../peers/random-bytes.ts";

const SOURCE = "README (POST /api/forwards), protocol.md 3.1";
const CONNECTIONS = 8;
const TRANSFER_LIMIT_MS = 110_000;

export const FORWARD_API_CHECKS: Check[] = [
  {
    title: "forward: a TCP port of this machine leads to the pod",
    source: SOURCE,
    async run(conformance) {
      const port = await listenFor(conformance, conformance.webPort);
      assert.match(await httpGet(conformance, port), /^HTTP\/1\.[01] [234]\d\d /);
    },
  },
  {
    title: `forward: ${CONNECTIONS} connections at a time`,
    source: SOURCE,
    async run(conformance) {
      const port = await listenFor(conformance, conformance.webPort);
      const answers = Array.from({ length: CONNECTIONS }, () => httpGet(conformance, port));
      for (const answer of await Promise.all(answers)) assert.match(answer, /^HTTP\/1\.[01] /);
    },
  },
  {
    title: "forward: a port where nobody listens closes the connection, and another forward goes on",
    source: `${SOURCE}, kubernetes#74551`,
    async run(conformance) {
      const good = await listenFor(conformance, conformance.webPort);
      const bad = await listenFor(conformance, UNUSED_PORT);
      assert.equal(await httpGet(conformance, bad), "");
      assert.match(await httpGet(conformance, good), /^HTTP\/1\.[01] /);
    },
  },
  {
    title: "forward: random data both ways at once comes back with the same SHA-256",
    source: SOURCE,
    run: (conformance) => echoRandom(conformance, async () => {}),
  },
  {
    title: "forward: a reader that stops for a while loses nothing",
    source: SOURCE,
    run: (conformance) => echoRandom(conformance, (socket) => stopReading(socket, conformance.slowReaderMs)),
  },
  {
    title: "forward: it is listed with its numbers, and a deleted one listens no more",
    source: "README (GET, DELETE /api/forwards/{id})",
    async run(conformance) {
      const { target } = conformance;
      const { id, port } = await create(conformance, conformance.webPort);
      await httpGet(conformance, port);
      const info = await target.json<{ bytesIn: number; bytesOut: number; pod: string }>(
        "GET",
        `/api/forwards/${id}`,
      );
      assert.equal(info.pod, WEB.pod);
      assert.ok(info.bytesIn > 0 && info.bytesOut > 0, JSON.stringify(info));
      await target.json("DELETE", `/api/forwards/${id}`);
      await assert.rejects(httpGet(conformance, port), /ECONNREFUSED/);
      assert.equal((await target.ask("GET", `/api/forwards/${id}`)).code, 404);
    },
  },
];

/** @param pause is given the socket when the first bytes have come back */
async function echoRandom(conformance: Conformance, pause: (socket: Socket) => Promise<void>): Promise<void> {
  const socket = open(conformance, await listenFor(conformance, conformance.echoPort));
  const random = new RandomBytes(conformance.transferBytes);
  const hash = createHash("sha256");
  let bytes = 0;
  const back = new Promise<void>((resolve) => {
    socket.once("data", () => void pause(socket));
    socket.on("data", (piece: Buffer) => {
      hash.update(piece);
      bytes += piece.byteLength;
      if (bytes >= random.bytes) resolve();
    });
    socket.once("close", () => resolve());
  });
  Readable.from(random.pieces()).pipe(socket, { end: false });
  await limited(back, "the echo of everything", TRANSFER_LIMIT_MS + conformance.slowReaderMs);
  assert.equal(bytes, random.bytes);
  assert.equal(hash.digest("hex"), random.sha256);
}

async function create({ target, defer }: Conformance, remote: number): Promise<{ id: string; port: number }> {
  if (target.context === null) throw new Skip("an API server itself has no forwards");
  const body = {
    cluster: target.context,
    namespace: WEB.namespace,
    kind: "Pod",
    name: WEB.pod,
    port: remote,
    listen: true,
  };
  const answer = await target.ask("POST", "/api/forwards", body);
  if (answer.code === 400 && /listen is for/.test(answer.body)) {
    throw new Skip("this Porthole is not on this machine, so it opens no TCP ports");
  }
  assert.equal(answer.code, 201, answer.body);
  const { id, local } = JSON.parse(answer.body) as { id: string; local: string };
  defer(async () => {
    await target.ask("DELETE", `/api/forwards/${id}`);
  });
  return { id, port: Number(local.split(":").at(-1)) };
}

async function listenFor(conformance: Conformance, remote: number): Promise<number> {
  return (await create(conformance, remote)).port;
}

function open({ defer }: Conformance, port: number): Socket {
  const socket = connect({ host: "127.0.0.1", port });
  defer(() => {
    socket.destroy();
  });
  return socket;
}

/** Everything that came until the connection was closed. */
function httpGet(conformance: Conformance, port: number): Promise<string> {
  const socket = open(conformance, port);
  const pieces: Buffer[] = [];
  socket.on("data", (piece: Buffer) => pieces.push(piece));
  socket.write("GET / HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n");
  const answer = new Promise<string>((resolve, reject) => {
    socket.once("error", (error: NodeJS.ErrnoException) => {
      // A reset is one way to close what cannot be connected.
      if (error.code === "ECONNRESET") resolve("");
      else reject(error);
    });
    socket.once("close", () => resolve(Buffer.concat(pieces).toString()));
  });
  return limited(answer, "the end of the answer");
}
