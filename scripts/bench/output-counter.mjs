/**
 * A plain v5.channel.k8s.io client that reads a command's output to its end and throws it away, as cheaply as it can be
 * read: whatever the client spends would be taken from the servers on the same machine. It stays in the benchmark's
 * process, as a portal's backend stays in its own; kubectl starts anew for each command, which is how it is used.
 */
import { randomBytes } from "node:crypto";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";

const READ_BYTES = 256 * 1024;
const BINARY = 2;
const CLOSE = 8;
/** A masked close frame with code 1000. */
const CLOSE_FRAME = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);

/**
 * @param {string} url ws: or wss:
 * @param {{ token: string, ca?: Buffer }} access
 * @param {number} wanted bytes of stdout
 * @returns {Promise<void>} when the status was Success and every byte came
 */
export function countOutput(url, { token, ca }, wanted) {
  const { protocol, hostname, port, host, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const counter = new FrameCounter(() => socket.write(CLOSE_FRAME));
    let head = "";
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const onread = {
      buffer,
      callback(/** @type {number} */ length) {
        let bytes = buffer.subarray(0, length);
        if (!head.endsWith("\r\n\r\n")) {
          const end = bytes.indexOf("\r\n\r\n") + 4;
          head += bytes.toString("latin1", 0, end < 4 ? length : end);
          if (end < 4) return true;
          bytes = bytes.subarray(end);
        }
        counter.push(bytes);
        return true;
      },
    };
    const connect = protocol === "wss:" ? connectTls : connectTcp;
    const socket = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ["http/1.1"], onread });
    socket.write(
      [
        `GET ${pathname}${search} HTTP/1.1`,
        `Host: ${host}`,
        `Authorization: Bearer ${token}`,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
        "Sec-WebSocket-Protocol: v5.channel.k8s.io",
        "\r\n",
      ].join("\r\n"),
    );
    socket.once("end", () => socket.end());
    socket.once("error", reject);
    socket.once("close", () => {
      if (!head.startsWith("HTTP/1.1 101"))
        reject(new Error(`the upgrade was answered ${head.slice(0, 200)}`));
      else if (counter.stdoutBytes !== wanted || !counter.status.includes('"Success"'))
        reject(new Error(`${counter.stdoutBytes} of ${wanted} bytes came, status ${counter.status}`));
      else resolve();
    });
  });
}

/** Frames of a server, not put together: what is counted is payload on channel 1, what is kept is channel 3. */
class FrameCounter {
  stdoutBytes = 0;
  status = "";
  /** @type {Buffer} a header that is not whole yet */
  #header = Buffer.alloc(0);
  #left = 0;
  #channel = -1;
  #first = false;

  /** @param {() => void} onClose */
  constructor(onClose) {
    this.onClose = onClose;
  }

  /** @param {Buffer} chunk */
  push(chunk) {
    for (let at = 0; at < chunk.length; ) {
      at = this.#left > 0 ? this.#payload(chunk, at) : this.#begin(chunk, at);
    }
  }

  /** @param {Buffer} chunk @param {number} at */
  #payload(chunk, at) {
    const end = Math.min(chunk.length, at + this.#left);
    this.#left -= end - at;
    let from = at;
    if (this.#first) {
      this.#channel = chunk[from];
      this.#first = false;
      from += 1;
    }
    if (this.#channel === 1) this.stdoutBytes += end - from;
    else if (this.#channel === 3) this.status += chunk.toString("utf8", from, end);
    return end;
  }

  /** @param {Buffer} chunk @param {number} at */
  #begin(chunk, at) {
    const kept = this.#header.length;
    const header = kept > 0 ? Buffer.concat([this.#header, chunk.subarray(at)]) : chunk.subarray(at);
    const length = header.length > 1 ? header[1] & 0x7f : 0;
    const bytes = length === 126 ? 4 : length === 127 ? 10 : 2;
    if (header.length < bytes) {
      this.#header = Buffer.from(header);
      return chunk.length;
    }
    this.#header = Buffer.alloc(0);
    this.#left = length === 126 ? header.readUInt16BE(2) : length === 127 ? header.readUInt32BE(6) : length;
    const opcode = header[0] & 0x0f;
    this.#first = opcode === BINARY;
    this.#channel = -1;
    if (opcode === CLOSE) this.onClose();
    return at + bytes - kept;
  }
}
