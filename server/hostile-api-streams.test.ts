/** API servers that flood an upgraded connection: a command's frames, and the frames inside a port-forward's tunnel. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { ForwardInfo } from "#protocol/api.ts";
import { PORTHOLE_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { Opcode } from "#server/stream/websocket/websocket-frames.ts";
import { webSocketHead } from "./hostile-api.fixture.ts";
import { type Flood, serverFloods, serverFrame, spdyFloods } from "./hostile-frames.fixture.ts";
import { HOSTILE_TIMEOUT_MS, type Row, type Scene, Stage } from "./hostile-stage.fixture.ts";

const EXEC = "/clusters/bad/api/v1/namespaces/default/pods/any/exec?stdin=1&stdout=1&tty=1&command=yes";
const TUNNEL_MESSAGE_BYTES = 32 * 1024;
const AT_ONCE = 16;

/** Answers each upgrade of this kind with a flood; the rest of what it is sent is not read. */
function floods({ api, client }: Scene, subresource: string, flood: Flood): void {
  api.say = (request, socket) => {
    if (!request.headers.upgrade || !request.url?.includes(`/${subresource}`)) return false;
    socket.pause();
    socket.write(webSocketHead(request));
    client.flood(socket, flood);
    return true;
  };
}

/** The bytes of a tunnel in messages of their own. */
function inMessages({ first, unit }: Flood): Flood {
  const times = Math.max(1, Math.floor(TUNNEL_MESSAGE_BYTES / unit.byteLength));
  const many = Buffer.concat(Array.from({ length: times }, () => unit));
  return {
    ...(first ? { first: serverFrame(Opcode.Binary, first) } : {}),
    unit: serverFrame(Opcode.Binary, many),
  };
}

async function session({ client }: Scene): Promise<string> {
  const target = { cluster: "bad", namespace: "default", pod: "any", command: ["yes"] };
  const { id } = await client.api<{ id: string }>("POST", "/api/sessions", target);
  return `/api/sessions/${id}/stream`;
}

const ROWS: Row[] = [
  ...Object.entries(serverFloods()).map(([kind, flood]) => ({
    name: `a terminal that nobody looks at: ${kind}`,
    threat: "A29",
    async attack(scene: Scene) {
      floods(scene, "exec", flood);
      await session(scene);
    },
  })),
  ...["frames on Stdout", "one frame without an end", "frames on Error"].flatMap((kind) => [
    {
      name: `terminals whose pages read nothing, ${AT_ONCE} at once: ${kind}`,
      threat: "A29",
      async attack(scene: Scene) {
        floods(scene, "exec", serverFloods()[kind]!);
        for (let time = 0; time < AT_ONCE; time += 1)
          await scene.client.webSocket(await session(scene), PORTHOLE_SUBPROTOCOL);
      },
    },
    {
      name: `clients that read nothing, ${AT_ONCE} at once: ${kind}`,
      threat: "A29",
      async attack(scene: Scene) {
        floods(scene, "exec", serverFloods()[kind]!);
        for (let time = 0; time < AT_ONCE; time += 1) await scene.client.webSocket(EXEC);
      },
    },
  ]),
  ...Object.entries(spdyFloods("server")).map(([kind, flood]) => ({
    name: `a tunnel: ${kind}`,
    threat: "A25",
    async attack(scene: Scene) {
      floods(scene, "portforward", inMessages(flood));
      const target = { cluster: "bad", namespace: "default", kind: "Pod", name: "any", port: 8080 };
      const { local } = await scene.client.api<ForwardInfo>("POST", "/api/forwards", {
        ...target,
        listen: true,
      });
      const socket = connect(Number(local?.split(":")[1]), "127.0.0.1");
      socket.on("error", () => {});
      scene.over.addEventListener("abort", () => socket.destroy());
    },
  })),
];

const stage = new Stage();
beforeAll(() => stage.start(), HOSTILE_TIMEOUT_MS);
afterAll(() => stage.close());

describe("a hostile API server", () => {
  for (const row of ROWS) it(`${row.name} (${row.threat})`, () => stage.run(row), HOSTILE_TIMEOUT_MS);
});
