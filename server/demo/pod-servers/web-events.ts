/** Server-sent events: one a second, numbered, going on after the Last-Event-ID of a client that comes back. */
import type { IncomingMessage, ServerResponse } from "node:http";

const PERIOD_MS = 1_000;
/** A reader that does not read is cut off; it comes back with the last number it saw. */
const MAX_WAITING_BYTES = 64 * 1024;

export function serveEvents(request: IncomingMessage, response: ServerResponse): void {
  const last = request.headers["last-event-id"];
  let id = typeof last === "string" && /^\d{1,9}$/.test(last) ? Number(last) : 0;
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    // For proxies that would collect the answer first.
    "x-accel-buffering": "no",
  });
  const send = () => {
    id += 1;
    const data = JSON.stringify({ id, at: new Date().toISOString() });
    response.write(`id: ${id}\nevent: tick\ndata: ${data}\n\n`);
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  };
  send();
  const timer = setInterval(send, PERIOD_MS);
  response.once("close", () => clearInterval(timer));
}
