/** Clients that flood, and read nothing of what they ask for. The API server behind them behaves, or takes nothing either. */
import { afterAll, beforeAll, describe, it } from "vitest";
import { PORTHOLE_SUBPROTOCOL, TUNNEL_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { takesNothing } from "./hostile-api.fixture.ts";
import { clientFloods, spdyFloods } from "./hostile-frames.fixture.ts";
import { HOSTILE_TIMEOUT_MS, type Row, type Scene, Stage } from "./hostile-stage.fixture.ts";

const PODS = "/clusters/bad/api/v1/namespaces/default/pods";
const EXEC = `${PODS}/any/exec?stdin=1&stdout=1&tty=1&command=cat`;
const FORWARD = `${PODS}/any/portforward`;

async function session({ client }: Scene): Promise<string> {
  const target = { cluster: "bad", namespace: "default", pod: "any", command: ["cat"] };
  const { id } = await client.api<{ id: string }>("POST", "/api/sessions", target);
  return `/api/sessions/${id}/stream`;
}

const ROWS: Row[] = [
  ...Object.entries(clientFloods()).map(([kind, flood]) => ({
    name: `a page's terminal: ${kind}`,
    threat: "A27",
    async attack(scene: Scene) {
      takesNothing(scene.api);
      const { client } = scene;
      client.flood(await client.webSocket(await session(scene), PORTHOLE_SUBPROTOCOL), flood);
    },
  })),
  ...["frames on Stdin", "frames on Resize", "large frames on Resize", "empty pings"].map((kind) => ({
    name: `a plain exec: ${kind}`,
    threat: "A29",
    async attack(scene: Scene) {
      takesNothing(scene.api);
      const { client } = scene;
      client.flood(await client.webSocket(EXEC), clientFloods()[kind]!);
    },
  })),
  ...["Binary frames", "empty pings"].map((kind) => ({
    name: `a tunnel: ${kind}`,
    threat: "A27",
    async attack({ client }: Scene) {
      client.flood(await client.webSocket(FORWARD, TUNNEL_SUBPROTOCOL), clientFloods()[kind]!);
    },
  })),
  ...Object.entries(spdyFloods("client")).map(([kind, flood]) => ({
    name: `an exec over SPDY: ${kind}`,
    threat: "A25",
    async attack({ client }: Scene) {
      client.flood(await client.spdy(EXEC, "v4.channel.k8s.io"), flood);
    },
  })),
];

const stage = new Stage();
beforeAll(() => stage.start(), HOSTILE_TIMEOUT_MS);
afterAll(() => stage.close());

describe("a hostile client", () => {
  for (const row of ROWS) it(`${row.name} (${row.threat})`, () => stage.run(row), HOSTILE_TIMEOUT_MS);
});
