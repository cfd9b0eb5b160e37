/** Handshakes that offer anything: what is not accepted is refused with this layer's error, before anything is written. */
import type { IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SPDY_EXEC_SUBPROTOCOLS, TUNNEL_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { UpgradeError } from "../errors.ts";
import { legacyPorts, MAX_LEGACY_PORTS } from "../portforward/legacy-portforward.ts";
import { execDownstream, tunnelDownstream } from "./downstream.ts";
import { acceptChannels, acceptTunnel } from "./websocket-acceptor.ts";

const RUNS = fuzzRuns(500);
const LIMIT_MS = fuzzLimitMs(RUNS);
const EXEC = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

const protocol = fc.oneof(
  fc.constantFrom(...EXEC, ...SPDY_EXEC_SUBPROTOCOLS, TUNNEL_SUBPROTOCOL, "portforward.k8s.io", "SPDY/3.1+"),
  fc.string({ unit: "binary-ascii", maxLength: 30 }),
);
const offer = fc.option(
  fc.array(protocol, { maxLength: 8 }).map((names) => names.join(", ")),
  { nil: undefined },
);
const request = fc
  .record({
    method: fc.constantFrom("GET", "GET", "POST", "get"),
    httpVersion: fc.constantFrom("1.1", "1.1", "1.0"),
    upgrade: fc.constantFrom("websocket", "WebSocket", "SPDY/3.1", "spdy/3.1, websocket", "h2c", undefined),
    "sec-websocket-version": fc.constantFrom("13", "13", "8", undefined),
    "sec-websocket-key": fc.constantFrom("dGhlIHNhbXBsZSBub25jZQ==", "short", undefined),
    "sec-websocket-protocol": offer,
    "x-stream-protocol-version": offer,
  })
  .map(
    ({ method, httpVersion, ...headers }) => ({ method, httpVersion, headers }) as unknown as IncomingMessage,
  );
const port = fc.oneof(fc.nat(70_000).map(String), fc.string({ maxLength: 6 }));
const query = fc
  .array(fc.tuple(fc.constantFrom("ports", "port", "Port"), fc.array(port, { maxLength: 40 })), {
    maxLength: 4,
  })
  .map(
    (entries) =>
      new URLSearchParams(entries.map(([name, ports]): [string, string] => [name, ports.join(",")])),
  );
const asked = fc.record({
  stdin: fc.boolean(),
  stdout: fc.boolean(),
  stderr: fc.boolean(),
  tty: fc.boolean(),
});

/** What is negotiated; null for a refusal that may be answered as it is. */
function negotiated(open: () => { subprotocol: string; transport: string }) {
  try {
    return open();
  } catch (error) {
    expect(error).toBeInstanceOf(UpgradeError);
    expect((error as UpgradeError).httpStatus).toBeGreaterThanOrEqual(400);
    expect((error as UpgradeError).message).not.toBe("");
    return null;
  }
}

describe("a handshake", { timeout: LIMIT_MS }, () => {
  it("for exec is one of the versions we speak, or refused", () => {
    fc.assert(
      fc.property(request, asked, (asking, streams) => {
        const downstream = negotiated(() => execDownstream(asking, streams));
        if (!downstream) return;
        const spoken: readonly string[] = downstream.transport === "spdy" ? SPDY_EXEC_SUBPROTOCOLS : EXEC;
        expect(spoken).toContain(downstream.subprotocol);
      }),
      { numRuns: RUNS },
    );
  });

  it("for port-forward is a tunnel, SPDY or the old form with its ports, or refused", () => {
    fc.assert(
      fc.property(request, query, (asking, parameters) => {
        const downstream = negotiated(() => tunnelDownstream(asking, parameters));
        if (!downstream) return;
        if (downstream.transport === "spdy") expect(downstream.subprotocol).toBe("portforward.k8s.io");
        else if (!downstream.subprotocol.startsWith("SPDY/3.1+")) {
          expect(["none", "v4.channel.k8s.io"]).toContain(downstream.subprotocol);
          expect(legacyPorts(parameters)).not.toBeNull();
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("names ports that are ports, and not too many, or none", () => {
    fc.assert(
      fc.property(query, (parameters) => {
        const ports = legacyPorts(parameters);
        if (ports === null) return;
        expect(ports.length).toBeGreaterThan(0);
        expect(ports.length).toBeLessThanOrEqual(MAX_LEGACY_PORTS);
        for (const one of ports) expect(Number.isInteger(one) && one >= 1 && one <= 65_535).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it("is answered with 101 and the name that was chosen, or not at all", () => {
    fc.assert(
      fc.property(request, fc.boolean(), fc.boolean(), (asking, tunnel, noneIsFine) => {
        const offered = asking.headers["sec-websocket-protocol"];
        let written = "";
        const socket = new Duplex({
          read() {},
          write(chunk: Buffer, _encoding, done) {
            written += chunk.toString("latin1");
            done();
          },
        });
        const accepted = negotiated(() => {
          if (!tunnel) return acceptChannels(asking, socket, Buffer.alloc(0), EXEC, noneIsFine);
          acceptTunnel(asking, socket, Buffer.alloc(0)).on("error", () => {});
          return { subprotocol: "SPDY/3.1+", transport: "websocket" };
        });
        const answers = [...written.matchAll(/^HTTP.*$/gm)].map(([line]) => line);
        expect(answers).toEqual(accepted ? ["HTTP/1.1 101 Switching Protocols"] : []);
        const name = /^Sec-WebSocket-Protocol: (.*)$/m.exec(written)?.[1];
        if (accepted && name !== undefined) {
          expect(offered).toContain(name);
          expect(name.startsWith(accepted.subprotocol)).toBe(true);
        }
        socket.destroy();
      }),
      { numRuns: RUNS },
    );
  });
});
