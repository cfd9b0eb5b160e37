/** What must hold in the cells of attach, port-forward and cp. */
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RandomBytes } from "../../conformance/peers/random-bytes.ts";
import { limited, type Reader } from "../../waiting.ts";
import { type LocalPort, type MatrixClient, READY, type Site } from "../clients/client.ts";

const TRANSFER_LIMIT_MS = 240_000;
const CONNECTIONS = 4;

export async function proveAttach(client: MatrixClient): Promise<void> {
  assert.match(await client.attach(), /\S/);
}

export async function provePortForward(client: MatrixClient, site: Site, bytes: number): Promise<void> {
  const web = await client.forward(site.webPort);
  try {
    const pages = await Promise.all(Array.from({ length: CONNECTIONS }, () => http(web, "GET", "/")));
    for (const page of pages) assert.match(page.toString(), /A page of the pod/);
    const up = new RandomBytes(bytes);
    assert.equal((await http(web, "POST", "/upload", up)).toString(), up.sha256, "up");
    const id = randomUUID();
    const down = await http(web, "GET", `/random?bytes=${bytes}&id=${id}`);
    assert.equal(sha256(down), (await http(web, "GET", `/sha256?id=${id}`)).toString(), "down");
  } finally {
    await web.stop();
  }
  const echo = await client.forward(site.echoPort);
  try {
    const both = new RandomBytes(bytes);
    assert.equal(await echoed(echo, both), both.sha256, "both at once");
  } finally {
    await echo.stop();
  }
}

export async function proveCopy(client: MatrixClient, site: Site, bytes: number): Promise<void> {
  const folder = await mkdtemp(join(site.folder, "copy-"));
  const remote = `/tmp/porthole-matrix-${randomUUID()}`;
  const up = new RandomBytes(bytes);
  const local = join(folder, "up");
  await pipeline(Readable.from(up.pieces()), createWriteStream(local));
  try {
    await client.copyTo(local, `${remote}-up`);
    assert.equal(await remoteHash(client, `${remote}-up`), up.sha256, "up");
    await client.run({
      script: `head -c ${bytes} /dev/urandom >${remote}-down; printf ${READY}`,
      tty: false,
    });
    // Both at once: one more file up while the other comes down.
    await Promise.all([
      client.copyTo(local, `${remote}-again`),
      client.copyFrom(`${remote}-down`, join(folder, "down")),
    ]);
    assert.equal(await remoteHash(client, `${remote}-again`), up.sha256, "both at once, up");
    assert.equal(await localHash(join(folder, "down")), await remoteHash(client, `${remote}-down`), "down");
  } finally {
    await client.run({ script: `rm -f ${remote}-up ${remote}-down ${remote}-again`, tty: false });
  }
}

async function remoteHash(client: MatrixClient, file: string): Promise<string> {
  const { text } = await client.run({ script: `printf ${READY}; sha256sum <${file}`, tty: false });
  return text.split(" ")[0] ?? "";
}

async function localHash(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest("hex");
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function http({ port }: LocalPort, method: string, path: string, body?: RandomBytes): Promise<Buffer> {
  const headers = body ? { "content-length": body.bytes } : {};
  const answer = new Promise<Buffer>((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, method, path, headers, agent: false },
      async (response) => {
        const pieces: Buffer[] = [];
        response.once("error", reject);
        for await (const piece of response) pieces.push(piece as Buffer);
        resolve(Buffer.concat(pieces));
      },
    );
    asked.once("error", reject);
    if (body) Readable.from(body.pieces()).pipe(asked);
    else asked.end();
  });
  return limited(answer, `the answer to ${method} ${path}`, TRANSFER_LIMIT_MS);
}

/**
 * Writes and reads at the same time; the connection is closed when everything has come back.
 *
 * @param onReading called when it has begun to read
 */
export function echoed(
  { port }: LocalPort,
  random: RandomBytes,
  onReading: (reader: Reader) => void = () => {},
): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  const hash = createHash("sha256");
  let bytes = 0;
  const back = new Promise<string>((resolve, reject) => {
    socket.on("data", (piece: Buffer) => {
      hash.update(piece);
      bytes += piece.byteLength;
      if (bytes < random.bytes) return;
      socket.destroy();
      resolve(hash.digest("hex"));
    });
    onReading(socket);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`the echo ended after ${bytes} bytes`)));
    Readable.from(random.pieces()).pipe(socket, { end: false });
  });
  return limited(back, "the echo of everything", TRANSFER_LIMIT_MS);
}
