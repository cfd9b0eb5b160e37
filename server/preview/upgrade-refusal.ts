/** Plain HTTP on a socket that asked for an upgrade. It always ends the connection: what follows is never read. */
import type { IncomingMessage } from "node:http";
import { STATUS_CODES } from "node:http";
import { failureStatus } from "#protocol/status.ts";
import type { SplicedSocket } from "#server/forward/splice.ts";
import { reasonPhrase } from "./response-headers.ts";

/** Our own refusal, as Status JSON. */
export function refuseUpgrade(
  socket: SplicedSocket,
  httpStatus: number,
  reason: string,
  message: string,
  extra: string[] = [],
): void {
  const body = `${JSON.stringify(failureStatus(httpStatus, reason, message))}\n`;
  const headers = [
    ...["Content-Type", "application/json", "Content-Length", String(Buffer.byteLength(body))],
    ...["Cache-Control", "no-store", "Connection", "close", ...extra],
  ];
  socket.end(messageHead(httpStatus, STATUS_CODES[httpStatus] ?? "", headers) + body, "latin1");
  socket.destroySoon();
}

/** The program's refusal, passed on with its body and the end of the connection. */
export function relayRefusal(socket: SplicedSocket, answer: IncomingMessage, headers: string[]): void {
  // The body is decoded by now; without a length the end of the connection delimits it.
  const head = messageHead(answer.statusCode ?? 502, reasonPhrase(answer), [
    ...headers,
    "Connection",
    "close",
  ]);
  socket.write(head, "latin1");
  answer.once("error", () => socket.destroy());
  answer.once("end", () => socket.destroySoon());
  answer.pipe(socket, { end: false });
}

/** @param headers a raw list, names and values in turn, as the parser or we made it: no line ends inside */
export function messageHead(httpStatus: number, statusMessage: string, headers: string[]): string {
  const lines = [`HTTP/1.1 ${httpStatus} ${statusMessage}`];
  for (let index = 0; index < headers.length; index += 2)
    lines.push(`${headers[index]}: ${headers[index + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
