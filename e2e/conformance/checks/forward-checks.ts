/** port-forward, tunnelled in a WebSocket and over plain SPDY: the same statements for both. */
import assert from "node:assert/strict";
import { stopReading } from "../../waiting.ts";
import type { Check, Conformance } from "../check.ts";
import { WEB } from "../exec-command.ts";
import {
  exchange,
  httpGet,
  type Subrequest,
  SubrequestOpener,
  UNUSED_PORT,
} from "../peers/forward-subrequest.ts";
import { RandomBytes } from "../peers/random-bytes.ts";
import { dialSpdy, dialTunnel, PORTFORWARD, type SpdyConnection, TUNNEL } from "../peers/spdy-dial.ts";
import type { Target } from "../target.ts";

const SUBREQUESTS = 8;
const TRANSFER_LIMIT_MS = 110_000;

interface Wire {
  name: string;
  protocol: string;
  source: string;
  dial(target: Target, path: string): Promise<SpdyConnection>;
}

const WIRES: Wire[] = [
  {
    name: "port-forward in a tunnel",
    protocol: TUNNEL,
    source: "protocol.md 3.2, client-go tools/portforward/tunneling_dialer.go",
    dial: dialTunnel,
  },
  {
    name: "port-forward over SPDY",
    protocol: PORTFORWARD,
    source: "protocol.md 3.1, client-go tools/portforward/portforward.go",
    dial: (target, path) => dialSpdy(target, path, [PORTFORWARD]),
  },
];

const BAD_HEADERS: { what: string; headers: Record<string, string> }[] = [
  { what: "port 0", headers: { streamtype: "error", port: "0", requestid: "900" } },
  { what: "a port above 65535", headers: { streamtype: "error", port: "65536", requestid: "901" } },
  { what: "a stream of an unknown type", headers: { streamtype: "other", port: "80", requestid: "902" } },
  { what: "a stream without a port", headers: { streamtype: "error", requestid: "903" } },
];

export const FORWARD_CHECKS: Check[] = WIRES.flatMap(({ name, protocol, source, dial }): Check[] => {
  const open = async (conformance: Conformance) => {
    const { target } = conformance;
    const connection = await dial(target, target.streamPath("portforward", WEB));
    conformance.defer(() => connection.peer.destroy());
    return { ...connection, opener: new SubrequestOpener(connection.peer) };
  };
  return [
    {
      title: `${name}: the protocol that was offered is chosen`,
      source,
      run: async (conformance) => assert.equal((await open(conformance)).protocol, protocol),
    },
    {
      title: `${name}: an HTTP answer arrives, then both streams end and no error was said`,
      source: "protocol.md 3.1, kubelet pkg/cri/streaming/portforward/httpstream.go",
      async run(conformance) {
        const { opener } = await open(conformance);
        const subrequest = await opener.open(conformance.webPort);
        assert.match(await httpGet(subrequest), /^HTTP\/1\.[01] [234]\d\d /);
        await subrequest.error.end();
        assert.equal(subrequest.error.text(), "");
      },
    },
    {
      title: `${name}: ${SUBREQUESTS} subrequests at a time`,
      source: "protocol.md 3.1 (requestid)",
      async run(conformance) {
        const { opener } = await open(conformance);
        const one = async () => httpGet(await opener.open(conformance.webPort));
        const answers = await Promise.all(Array.from({ length: SUBREQUESTS }, one));
        for (const answer of answers) assert.match(answer, /^HTTP\/1\.[01] /);
      },
    },
    {
      title: `${name}: a port where nobody listens fails alone, with words on the error stream`,
      source: "protocol.md 3.1, kubernetes#74551",
      async run(conformance) {
        const { opener } = await open(conformance);
        const refused = await opener.open(UNUSED_PORT);
        await refused.error.end();
        assert.match(refused.error.text(), /\S/);
        await refused.data.end();
        assert.match(await httpGet(await opener.open(conformance.webPort)), /^HTTP\/1\.[01] /);
      },
    },
    ...BAD_HEADERS.map(
      ({ what, headers }): Check => ({
        title: `${name}: ${what} is reset and the connection lives on`,
        source: "protocol.md 3.1, kubelet pkg/cri/streaming/portforward/httpstream.go",
        async run(conformance) {
          const { peer, opener } = await open(conformance);
          assert.notEqual(await peer.openUnanswered(headers).end(), "the end");
          assert.match(await httpGet(await opener.open(conformance.webPort)), /^HTTP\/1\.[01] /);
        },
      }),
    ),
    {
      title: `${name}: a subrequest that the client resets fails alone`,
      source: "protocol.md 2.5 and 3.1",
      async run(conformance) {
        const { opener } = await open(conformance);
        const dropped = await opener.open(conformance.echoPort);
        const kept = await opener.open(conformance.echoPort);
        await echo(dropped, "one");
        dropped.data.reset();
        await echo(kept, "two");
      },
    },
    {
      title: `${name}: the client's half-close reaches the pod, and what was on its way comes back`,
      source: "protocol.md 3.1 (local EOF -> DATA FIN, keeps reading)",
      async run(conformance) {
        const { opener } = await open(conformance);
        const subrequest = await opener.open(conformance.echoPort);
        await subrequest.data.write("hello");
        await subrequest.data.finish();
        await subrequest.data.end();
        assert.equal(subrequest.data.text(), "hello");
        await subrequest.error.end();
      },
    },
    {
      title: `${name}: random data both ways at once comes back with the same SHA-256`,
      source: "protocol.md 2.6 (there are no windows: nobody waits for one)",
      async run(conformance) {
        const { opener } = await open(conformance);
        const random = new RandomBytes(conformance.transferBytes);
        const subrequest = await opener.open(conformance.echoPort);
        await exchange(subrequest, random, TRANSFER_LIMIT_MS);
        assert.equal(subrequest.data.sha256(), random.sha256);
      },
    },
    {
      title: `${name}: a reader that stops for a while loses nothing`,
      source: "protocol.md 2.6 (a full queue stops the whole connection, and nothing more)",
      async run(conformance) {
        const { peer, opener } = await open(conformance);
        const random = new RandomBytes(conformance.transferBytes);
        const subrequest = await opener.open(conformance.echoPort);
        const exchanged = exchange(subrequest, random, TRANSFER_LIMIT_MS + conformance.slowReaderMs);
        exchanged.catch(() => {});
        await subrequest.data.until("the first of it", () => subrequest.data.bytes > 0);
        await stopReading(peer, conformance.slowReaderMs);
        await exchanged;
        assert.equal(subrequest.data.sha256(), random.sha256);
      },
    },
    {
      title: `${name}: SPDY pings are answered`,
      source: "protocol.md 2.4, moby/spdystream connection.go",
      async run(conformance) {
        const { peer } = await open(conformance);
        await peer.ping();
        await peer.ping();
      },
    },
  ];
});

async function echo(subrequest: Subrequest, text: string): Promise<void> {
  await subrequest.data.write(text);
  await subrequest.data.until("the echo", () => subrequest.data.text() === text);
}
