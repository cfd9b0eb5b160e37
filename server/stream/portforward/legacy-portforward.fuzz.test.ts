/** Clients of the old WebSocket port-forward that write anything: each port gets its own bytes, and nothing is thrown. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SpdyConnection } from "#server/spdy/connection.ts";
import { CLOSED, channelPair, record } from "#server/testing/channel-pair.ts";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { until } from "#server/testing/loopback.ts";
import { legacyTunnel } from "./legacy-portforward.ts";

const RUNS = fuzzRuns(60);
/** Each waits three times for bytes to come around. */
const LIMIT_MS = 5 * fuzzLimitMs(RUNS);
const PORTS = [80, 443, 8080];

/** The pod's side: what each port received; every data stream answers once with its port. */
function serve(bytes: ReturnType<typeof legacyTunnel>) {
  const received = new Map<string, string>();
  const connection = new SpdyConnection(bytes, {
    role: "server",
    onStream(stream) {
      stream.reply();
      const { streamtype, port = "" } = stream.headers;
      if (streamtype !== "data") {
        stream.resume().once("end", () => stream.end());
        return;
      }
      received.set(port, "");
      stream.on("data", (piece: Buffer) => {
        received.set(port, received.get(port) + piece.toString("hex"));
      });
      stream.write(`from ${port}`);
    },
  });
  return { received, connection };
}

const frame = fc
  .tuple(fc.oneof(fc.integer({ min: 0, max: 7 }), fc.nat(255)), fc.uint8Array({ maxLength: 60 }))
  .map(([channel, payload]) => Uint8Array.of(channel, ...payload));

describe("a client of the old form", { timeout: LIMIT_MS }, () => {
  it("reaches each port with exactly its bytes, whatever it writes to other channels", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 30 }), async (frames) => {
        const [server, client] = channelPair("v4.channel.k8s.io", 1_000_000);
        const seen = record(client);
        const { received, connection } = serve(legacyTunnel(server, PORTS));
        await until("the answers of all ports", () =>
          PORTS.every((port, index) =>
            seen
              .on(2 * index)
              .toString()
              .endsWith(`from ${port}`),
          ),
        );
        for (const one of frames) client.send(one[0]!, one.subarray(1));
        const expected = PORTS.map((_, index) =>
          frames
            .filter(([channel]) => channel === 2 * index)
            .map((one) => Buffer.from(one.subarray(1)).toString("hex"))
            .join(""),
        );
        await until("the bytes of all ports", () =>
          PORTS.every((port, index) => (received.get(String(port)) ?? "").length >= expected[index]!.length),
        );
        expect(PORTS.map((port) => received.get(String(port)))).toEqual(expected);
        expect(seen.end).toBeNull();
        client.close(CLOSED);
        await until("the end", () => connection.ended);
      }),
      { numRuns: RUNS },
    );
  });

  it("is told as text when a port's connection is cut, and the other ports go on", async () => {
    const [server, client] = channelPair("v4.channel.k8s.io", 1_000_000);
    const seen = record(client);
    const tunnel = legacyTunnel(server, [80, 443]);
    new SpdyConnection(tunnel, {
      role: "server",
      onStream(stream) {
        stream.reply();
        if (stream.headers.streamtype === "error") stream.resume();
        else if (stream.headers.port === "80") stream.reset();
        else stream.pipe(stream);
      },
    });
    await until("the words", () => seen.on(1).length > 2);
    expect(seen.on(1).subarray(2).toString()).toBe("the pod's side reset the connection");
    client.send(2, Uint8Array.of(120));
    await until("the echo", () => seen.on(2).length > 2);
    expect(seen.end).toBeNull();
    client.close(CLOSED);
  });
});
