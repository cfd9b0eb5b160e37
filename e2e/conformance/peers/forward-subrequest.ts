/** One connection through a port-forward: a pair of SPDY streams (client-go tools/portforward/portforward.go). */
import { limited } from "../../waiting.ts";
import type { RandomBytes } from "./random-bytes.ts";
import type { SpdyPeer } from "./spdy-peer.ts";
import type { SpdyPeerStream } from "./spdy-peer-stream.ts";

/** tcpmux: nobody has it, and no pod of the suite does. */
export const UNUSED_PORT = 1;

export interface Subrequest {
  error: SpdyPeerStream;
  data: SpdyPeerStream;
}

export class SubrequestOpener {
  #nextId = 0;

  constructor(private readonly peer: SpdyPeer) {}

  /** The error stream first, half-closed at once, then the data stream. */
  async open(port: number): Promise<Subrequest> {
    const headers = { port: String(port), requestid: String(this.#nextId) };
    this.#nextId += 1;
    const error = await this.peer.open({ streamtype: "error", ...headers });
    await error.finish();
    return { error, data: await this.peer.open({ streamtype: "data", ...headers }) };
  }
}

/** A request without keep-alive: the answer ends with the stream. */
export async function httpGet({ data, error }: Subrequest): Promise<string> {
  await data.write("GET / HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n");
  await data.end();
  // As client-go: the data stream is reset first, then the error stream's end is waited for.
  data.reset();
  if (data.bytes === 0) {
    await error.end();
    throw new Error(`no answer came; the error stream says ${JSON.stringify(error.text())}`);
  }
  return data.text();
}

/** Sends all of it to an echo and waits until as much came back; then the half-close. */
export async function exchange(
  { data, error }: Subrequest,
  random: RandomBytes,
  limitMs: number,
): Promise<void> {
  const back = data.until("the echo of everything", () => data.bytes >= random.bytes, limitMs);
  back.catch(() => {});
  await limited(
    Promise.race([data.writeAll(random.pieces()), data.ended]),
    "the pod to take the data",
    limitMs,
  );
  try {
    await back;
  } catch (failure) {
    throw new Error(`${(failure as Error).message}; ${data.bytes} bytes came; error stream: ${error.text()}`);
  }
  await data.finish();
  await data.end();
}
