/** One client with many connections: what each may keep is little, and of all together there is a bound as well. */
import { afterAll, beforeAll, describe, it } from "vitest";
import { Channel } from "#protocol/channel.ts";
import { PORTHOLE_SUBPROTOCOL, TUNNEL_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { maskedFrame, Opcode } from "#server/stream/websocket/websocket-frames.ts";
import { takesNothing } from "./hostile-api.fixture.ts";
import { clientFloods, spdyFloods } from "./hostile-frames.fixture.ts";
import { HOSTILE_TIMEOUT_MS, type Row, type Scene, Stage } from "./hostile-stage.fixture.ts";

const CONNECTIONS = 16;
const MANY_CONNECTIONS = 128;
const PODS = "/clusters/bad/api/v1/namespaces/default/pods";
const EXEC = `${PODS}/any/exec?stdin=1&stdout=1&tty=1&command=cat`;
const MIB = 1024 * 1024;
const PASTE_BYTES = 32 * 1024;

async function session({ client }: Scene): Promise<string> {
  const target = { cluster: "bad", namespace: "default", pod: "any", command: ["cat"] };
  const { id } = await client.api<{ id: string }>("POST", "/api/sessions", target);
  return `/api/sessions/${id}/stream`;
}

async function times(step: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < CONNECTIONS; time += 1) await step();
}

const paste = { unit: maskedFrame(Opcode.Binary, Channel.Stdin, new Uint8Array(PASTE_BYTES)) };
const large = maskedFrame(Opcode.Binary, Channel.Stdin, new Uint8Array(900_000));
/** All of the largest message there may be, but its last byte. */
const half = maskedFrame(Opcode.Binary, Channel.Stdin, new Uint8Array(MIB - 1)).subarray(0, -1);

const ROWS: Row[] = [
  {
    name: "half messages",
    threat: "A29",
    attack: (scene) =>
      times(async () => {
        const socket = await scene.client.webSocket(await session(scene), PORTHOLE_SUBPROTOCOL);
        socket.write(half);
      }),
  },
  {
    name: "half messages on many more connections",
    threat: "A29",
    async attack({ client }) {
      for (let count = 0; count < MANY_CONNECTIONS; count += 1) (await client.webSocket(EXEC)).write(half);
    },
  },
  {
    name: "large frames on Resize and on Stdin",
    threat: "A27",
    async attack({ client }) {
      client.flood(await client.webSocket(EXEC), clientFloods()["large frames on Resize"]!);
      client.flood(await client.webSocket(EXEC), clientFloods()["large frames on Resize"]!);
      client.flood(await client.webSocket(EXEC), { unit: large });
    },
  },
  {
    name: "pastes into terminals that take nothing",
    threat: "A29",
    async attack(scene) {
      takesNothing(scene.api);
      const { client } = scene;
      await times(async () =>
        client.flood(await client.webSocket(await session(scene), PORTHOLE_SUBPROTOCOL), paste),
      );
    },
  },
  {
    name: "pastes into commands that take nothing",
    threat: "A29",
    async attack({ api, client }) {
      takesNothing(api);
      await times(async () => client.flood(await client.webSocket(EXEC), paste));
    },
  },
  {
    name: "tunnels whose other end takes nothing",
    threat: "A29",
    async attack({ api, client }) {
      takesNothing(api);
      await times(async () =>
        client.flood(await client.webSocket(`${PODS}/any/portforward`, TUNNEL_SUBPROTOCOL), paste),
      );
    },
  },
  {
    name: "half control frames of SPDY",
    threat: "A25",
    attack: ({ client }) =>
      times(async () => {
        const { unit } = spdyFloods("client")["half a SPDY control frame"]!;
        (await client.spdy(EXEC, "v4.channel.k8s.io")).write(unit);
      }),
  },
  {
    name: "lists that nobody takes",
    threat: "A29",
    async attack({ api, client }) {
      const list = JSON.stringify({
        kind: "PodList",
        items: Array.from({ length: 700 }, () => "x".repeat(10_000)),
      });
      api.say = ({ url = "" }, socket) => {
        if (!url.endsWith("/pods")) return false;
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${list.length}\r\n\r\n${list}`,
        );
        return true;
      };
      await times(async () => {
        const socket = await client.connect();
        socket.pause();
        socket.write(client.head("GET", PODS));
      });
    },
  },
  {
    name: "requests behind requests whose answers nobody takes",
    threat: "A29",
    attack: ({ client }) =>
      times(async () => {
        const socket = await client.connect();
        socket.pause();
        client.flood(socket, { unit: Buffer.from(client.head("GET", "/api/sessions")) });
      }),
  },
];

const stage = new Stage();
beforeAll(() => stage.start(), HOSTILE_TIMEOUT_MS);
afterAll(() => stage.close());

describe(`a hostile client with ${CONNECTIONS} connections`, () => {
  for (const row of ROWS) it(`${row.name} (${row.threat})`, () => stage.run(row), HOSTILE_TIMEOUT_MS);
});
