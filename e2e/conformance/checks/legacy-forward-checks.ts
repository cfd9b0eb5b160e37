/** The old WebSocket port-forward of kubelets, which JavaScript clients speak: no SPDY, one connection a port. */
import assert from "node:assert/strict";
import type { Check, Conformance } from "../check.ts";
import { WEB } from "../exec-command.ts";
import { UNUSED_PORT } from "../peers/forward-subrequest.ts";
import { LegacyForwardClient } from "../peers/legacy-forward-client.ts";
import { RandomBytes } from "../peers/random-bytes.ts";

const SOURCE = "protocol.md 3.3, kubelet pkg/cri/streaming/portforward/websocket.go";
const TRANSFER_LIMIT_MS = 110_000;

export const LEGACY_FORWARD_CHECKS: Check[] = [
  {
    title: "port-forward, old WebSocket form: each channel begins with its port, little endian",
    source: SOURCE,
    async run(conformance) {
      const client = await open(conformance, conformance.webPort);
      await client.until("both prefaces", () => client.prefaces.length === 2);
      for (const preface of client.prefaces) assert.equal(preface.readUInt16LE(0), conformance.webPort);
    },
  },
  {
    title: "port-forward, old WebSocket form: an HTTP answer arrives and the server closes",
    source: SOURCE,
    async run(conformance) {
      const client = await open(conformance, conformance.webPort);
      await client.send("GET / HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n");
      await client.ended();
      assert.match(client.data(), /^HTTP\/1\.[01] [234]\d\d /);
    },
  },
  {
    title: "port-forward, old WebSocket form: a port where nobody listens is said on the error channel",
    source: SOURCE,
    async run(conformance) {
      const client = await open(conformance, UNUSED_PORT);
      await client.until("words on the error channel", () => client.errors().trim() !== "");
    },
  },
  {
    title: "port-forward, old WebSocket form: random data both ways at once comes back the same",
    source: SOURCE,
    async run(conformance) {
      const random = new RandomBytes(conformance.transferBytes);
      const client = await open(conformance, conformance.echoPort);
      await client.sendAll(random);
      await client.until("all of it", () => client.bytes >= random.bytes, TRANSFER_LIMIT_MS);
      assert.equal(client.sha256(), random.sha256);
    },
  },
];

async function open({ target, defer }: Conformance, port: number): Promise<LegacyForwardClient> {
  const client = await LegacyForwardClient.open(
    target,
    `${target.streamPath("portforward", WEB)}?ports=${port}`,
  );
  defer(() => client.terminate());
  return client;
}
