/** Reads a download to its end and throws it away, as cheaply as it can be read: see output-counter.mjs. */
import { connect } from "node:net";

const READ_BYTES = 256 * 1024;
/** One for all: what is read is not kept. */
const buffer = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * @param {number} port on 127.0.0.1
 * @param {string} path
 * @param {number} wanted bytes of the body
 * @returns {Promise<void>} when every byte came
 */
export function countDownload(port, path, wanted) {
  return new Promise((resolve, reject) => {
    let head = "";
    let bytes = 0;
    const callback = (/** @type {number} */ length) => {
      if (head.endsWith("\r\n\r\n")) {
        bytes += length;
        return true;
      }
      const end = buffer.subarray(0, length).indexOf("\r\n\r\n") + 4;
      head += buffer.toString("latin1", 0, end < 4 ? length : end);
      if (end >= 4) bytes += length - end;
      return true;
    };
    const socket = connect({ host: "127.0.0.1", port, onread: { buffer, callback } });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    socket.once("error", reject);
    socket.once("close", () => {
      if (head.startsWith("HTTP/1.1 200") && bytes === wanted) resolve();
      else reject(new Error(`${path}: ${bytes} of ${wanted} bytes, ${head.split("\r\n", 1)[0]}`));
    });
  });
}
