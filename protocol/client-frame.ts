/**
 * What a client may write on a channel, as x/net's server reads it (k8s.io/streaming pkg/httpstream/wsstream/conn.go):
 *   stdin, resize, CLOSE      taken
 *   stdout, stderr, error     read and dropped: they are not for a client to write
 *   a channel of nobody       dropped
 *   a CLOSE of anything else  ends the connection
 * The relay, a session and the demo cluster all read clients with it.
 */
import { decodeAck } from "./ack.ts";
import { Channel } from "./channel.ts";
import { decodeResize, type TerminalSize } from "./resize.ts";
import { PORTHOLE_SUBPROTOCOL, V4_SUBPROTOCOL } from "./subprotocol.ts";

/** The page's round-trip probe is smaller; a longer payload is no probe and is not sent back. */
export const MAX_ECHO_BYTES = 16;

export type ClientFrame =
  /** Empty for a bare channel byte, which some clients send to keep the API server's idle deadline away. */
  | { kind: "stdin"; bytes: Uint8Array }
  /** The last of the sizes in the frame. */
  | { kind: "resize"; size: TerminalSize }
  /** Half-close of a channel from 0 to 4; only stdin's means anything. */
  | { kind: "close"; channel: number }
  | { kind: "ack"; offset: number }
  | { kind: "echo"; payload: Uint8Array }
  /** Not to be passed on, and no reason to end anything. */
  | { kind: "ignored" }
  /** The connection ends with 1002. */
  | { kind: "violation"; words: string };

export interface ClientRules {
  /** Without one a resize goes no further: the second would freeze the API server's reader (protocol.md 1.5). */
  tty: boolean;
  /** 255 is the CLOSE signal; in v4 messages it is a channel of nobody. */
  closes: boolean;
  /** Ack and Echo exist: the page's own subprotocol. */
  porthole: boolean;
}

const IGNORED: ClientFrame = { kind: "ignored" };

/** @param client how it speaks; SPDY streams end by themselves, which reads as a CLOSE */
export function clientRules(
  client: { readonly subprotocol: string; readonly transport: "websocket" | "spdy" },
  tty: boolean,
): ClientRules {
  const { subprotocol, transport } = client;
  return {
    tty,
    closes: transport === "spdy" || subprotocol !== V4_SUBPROTOCOL,
    porthole: subprotocol === PORTHOLE_SUBPROTOCOL,
  };
}

/** What the frame is, without a copy: bytes in it are valid as long as the payload's. */
export function readClientFrame(channel: number, payload: Uint8Array, rules: ClientRules): ClientFrame {
  switch (channel) {
    case Channel.Stdin:
      return { kind: "stdin", bytes: payload };
    case Channel.Resize:
      return rules.tty ? readResize(payload) : IGNORED;
    case Channel.Close:
      return rules.closes ? readClose(payload) : IGNORED;
    case Channel.Ack:
      return rules.porthole ? readAck(payload) : IGNORED;
    case Channel.Echo:
      return rules.porthole && payload.byteLength <= MAX_ECHO_BYTES ? { kind: "echo", payload } : IGNORED;
    default:
      return IGNORED;
  }
}

function readResize(payload: Uint8Array): ClientFrame {
  const size = decodeResize(payload);
  return size ? { kind: "resize", size } : IGNORED;
}

function readClose(payload: Uint8Array): ClientFrame {
  const channel = payload[0];
  if (payload.byteLength !== 1 || channel === undefined || channel > Channel.Resize) {
    return { kind: "violation", words: "a CLOSE frame names one channel from 0 to 4" };
  }
  return { kind: "close", channel };
}

function readAck(payload: Uint8Array): ClientFrame {
  const offset = decodeAck(payload);
  return offset === null ? { kind: "violation", words: "an ack is 8 bytes" } : { kind: "ack", offset };
}
