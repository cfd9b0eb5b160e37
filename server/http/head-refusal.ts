/** The answer to a request whose head could not be read: a Status as well, because kubectl shows nothing else. */
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { refuseUpgrade, sendError } from "./error-response.ts";
import { HttpError } from "./http-error.ts";

/** The client may still be sending its head: a reset would take the answer with it. */
const LINGER_MS = 1_000;

/** @param speaks whether an answer could be read: a client that does not finish its TLS handshake reads none */
export function answerHeadErrors(
  server: Server,
  maxHeadBytes: number,
  speaks: (socket: Duplex) => boolean,
): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === "ECONNRESET" || !speaks(socket)) {
      socket.destroy();
      return;
    }
    refuseUpgrade(socket, refusal(error.code, maxHeadBytes), undefined, LINGER_MS);
  });
  server.on("checkExpectation", (_request, response) =>
    sendError(response, new HttpError(417, "the only expectation that is known is 100-continue")),
  );
}

function refusal(code: string | undefined, maxHeadBytes: number): HttpError {
  if (code === "HPE_HEADER_OVERFLOW")
    return new HttpError(431, `the request's head is larger than ${maxHeadBytes / 1024} KiB`);
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return new HttpError(408, "the request's head did not come in time");
  return new HttpError(400, "the request is not valid HTTP/1.1");
}
