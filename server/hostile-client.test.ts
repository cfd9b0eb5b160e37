/** Clients that ask for more than they take. The API server behind them behaves. */
import { afterAll, beforeAll, describe, it } from "vitest";
import { Channel } from "#protocol/channel.ts";
import { PORTHOLE_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { maskedFrame, Opcode } from "#server/stream/websocket/websocket-frames.ts";
import { type Row, type Scene, Stage } from "./hostile-stage.fixture.ts";

const EXEC = "/clusters/bad/api/v1/namespaces/default/pods/any/exec?stdin=1&stdout=1&tty=1&command=cat";
const NOTHING = new Uint8Array(0);
const TIMEOUT_MS = 90_000;

async function session({ client }: Scene): Promise<string> {
  const target = { cluster: "bad", namespace: "default", pod: "any", command: ["cat"] };
  const { id } = await client.api<{ id: string }>("POST", "/api/sessions", target);
  return `/api/sessions/${id}/stream`;
}

const ROWS: Row[] = [
  {
    name: "pings that are never read",
    threat: "A29",
    async attack({ client }) {
      client.flood(await client.webSocket(EXEC), maskedFrame(Opcode.Ping, null, NOTHING));
    },
  },
  {
    name: "echo frames that are never read",
    threat: "A29",
    async attack(scene) {
      const { client } = scene;
      const socket = await client.webSocket(await session(scene), PORTHOLE_SUBPROTOCOL);
      client.flood(socket, maskedFrame(Opcode.Binary, Channel.Echo, new Uint8Array(16)));
    },
  },
];

const stage = new Stage();
beforeAll(() => stage.start(), TIMEOUT_MS);
afterAll(() => stage.close());

describe("a hostile client", () => {
  it.each(ROWS)("$name ($threat)", (row) => stage.run(row), TIMEOUT_MS);
});
