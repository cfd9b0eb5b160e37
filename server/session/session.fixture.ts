/** A session between an API server and viewers, both of which a test plays. */
import { vi } from "vitest";
import { encodeAck } from "#protocol/ack.ts";
import { Channel, encodeFrame } from "#protocol/channel.ts";
import { encodeResize } from "#protocol/resize.ts";
import { decodeEvent, type SessionEvent } from "#protocol/session-event.ts";
import { exitStatus } from "#protocol/status.ts";
import { PORTHOLE_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { encodeText } from "#protocol/text.ts";
import { CLOSED, channelPair, record } from "#server/testing/channel-pair.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { Session } from "./session.ts";
import type { ViewerRole } from "./viewer.ts";

const PATH = { subprotocol: V5_SUBPROTOCOL, transport: "websocket", handshakeMs: 1 } as const;

export function startSession() {
  const [upstream, apiServer] = channelPair(V5_SUBPROTOCOL);
  const received = record(apiServer);
  const session = new Session({
    upstream,
    path: PATH,
    size: { width: 80, height: 24 },
    onEnded: vi.fn(),
    onViewers: vi.fn(),
  });
  const view = (subprotocol: string = PORTHOLE_SUBPROTOCOL, from = 0, role: ViewerRole = "owner") => {
    const [serverEnd, page] = channelPair(subprotocol);
    const seen = record(page);
    const grant = new SignedIn().grant();
    session.attach(serverEnd, { from, role, grant });
    const events = () =>
      seen.frames
        .filter((frame) => frame[0] === Channel.Event)
        .map((frame) => decodeEvent(frame.subarray(1)) as SessionEvent);
    return {
      page,
      seen,
      grant,
      events,
      resize: (width: number, height: number) =>
        page.sendFrame(encodeFrame(Channel.Resize, encodeResize({ width, height }))),
      ack: (offset: number) => page.sendFrame(encodeFrame(Channel.Ack, encodeAck(offset))),
    };
  };
  const output = (bytes: Uint8Array) => apiServer.sendFrame(encodeFrame(Channel.Stdout, bytes));
  const finish = (code: number) => {
    apiServer.sendFrame(encodeFrame(Channel.Error, encodeText(JSON.stringify(exitStatus(code)))));
    apiServer.close(CLOSED);
  };
  return { session, upstream, apiServer, received, view, output, finish };
}
