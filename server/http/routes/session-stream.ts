/** One browser socket on a session: who looks on must have the right to open it (docs/threats.md A15). */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { PORTHOLE_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import type { Caller } from "#server/access/caller.ts";
import type { SessionRegistry } from "#server/session/session-registry.ts";
import { acceptChannels } from "#server/stream/accept/websocket-acceptor.ts";
import { HttpError } from "../http-error.ts";

export interface SessionStreamOptions {
  sessions: SessionRegistry;
}

/** @throws SessionError NOT_FOUND, AccessError, KubeError, HttpError before anything is written to the socket */
export async function attachViewer(
  { sessions }: SessionStreamOptions,
  caller: Caller,
  id: string,
  query: URLSearchParams,
  { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer },
): Promise<void> {
  const from = readOffset(query.get("from"));
  const gone = new AbortController();
  const left = () => gone.abort();
  socket.once("close", left);
  try {
    const grant = await sessions.admit(id, caller, gone.signal);
    const accept = () => acceptChannels(request, socket, head, [PORTHOLE_SUBPROTOCOL, V5_SUBPROTOCOL]);
    sessions.attach(id, accept, { from, role: "owner", grant });
  } finally {
    socket.off("close", left);
  }
}

function readOffset(text: string | null): number {
  if (text === null) return 0;
  const offset = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(offset)) throw new HttpError(400, "from is the number of output bytes already received");
  return offset;
}
