/** The upgrade of a stream and nothing after it: how it is answered, on either wire, for each subresource. */
import type { IncomingMessage } from "node:http";
import { request } from "node:http";

export interface UpgradeAnswer {
  /** 101 when the stream was opened. */
  status: number;
  /** The Status of a refusal. */
  message: string;
}

const WEBSOCKET = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};
const SPDY = { connection: "Upgrade", upgrade: "SPDY/3.1" };

/** As kubectl asks: a GET for a WebSocket, a POST for SPDY. */
export function askUpgrade(
  url: string,
  wire: "websocket" | "spdy",
  protocol: string,
  token: string,
): Promise<UpgradeAnswer> {
  const upgrade =
    wire === "websocket"
      ? { ...WEBSOCKET, "sec-websocket-protocol": protocol }
      : { ...SPDY, "x-stream-protocol-version": protocol };
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: wire === "websocket" ? "GET" : "POST",
      headers: { ...upgrade, authorization: `Bearer ${token}` },
    });
    asked.once("upgrade", (_response, socket) => {
      socket.destroy();
      resolve({ status: 101, message: "" });
    });
    asked.once("response", (response: IncomingMessage) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.once("end", () => {
        const { message = body } = body.startsWith("{") ? JSON.parse(body) : {};
        resolve({ status: response.statusCode ?? 0, message });
      });
    });
    asked.once("error", reject);
    asked.end();
  });
}
