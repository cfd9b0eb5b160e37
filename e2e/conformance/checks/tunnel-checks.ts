/** What only a tunnel has: a WebSocket whose messages are a byte stream without borders. */
import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { WEB } from "../exec-command.ts";
import { httpGet, SubrequestOpener } from "../peers/forward-subrequest.ts";
import { RefusedError } from "../peers/refused-error.ts";
import { dialTunnel } from "../peers/spdy-dial.ts";
import { SpdyPeer } from "../peers/spdy-peer.ts";
import { splitWrites } from "../peers/split-writes.ts";

const CLOSED_NORMALLY = 1000;

export const TUNNEL_CHECKS: Check[] = [
  {
    title: "port-forward in a tunnel: every byte may be a message of its own, and messages may be empty",
    source: "protocol.md 3.2, client-go tools/portforward/tunneling_connection.go",
    async run({ target, webPort, defer }) {
      const { socket } = await dialTunnel(target, target.streamPath("portforward", WEB));
      defer(() => socket.terminate());
      const opener = new SubrequestOpener(new SpdyPeer(splitWrites(socket)));
      assert.match(await httpGet(await opener.open(webPort)), /^HTTP\/1\.[01] /);
    },
  },
  {
    title: "port-forward in a tunnel: the server's messages are binary",
    source: "protocol.md 3.2, client-go tools/portforward/tunneling_connection.go",
    async run({ target, webPort, defer }) {
      const { socket, peer } = await dialTunnel(target, target.streamPath("portforward", WEB));
      defer(() => socket.terminate());
      let texts = 0;
      socket.on("message", (_data, isBinary) => {
        texts += isBinary ? 0 : 1;
      });
      await httpGet(await new SubrequestOpener(peer).open(webPort));
      assert.equal(texts, 0);
    },
  },
  {
    title: "port-forward in a tunnel: GOAWAY and close 1000 end it in order",
    source: "protocol.md 3.2 and 2.4",
    async run({ target, webPort, defer }) {
      const { socket, peer } = await dialTunnel(target, target.streamPath("portforward", WEB));
      defer(() => socket.terminate());
      await httpGet(await new SubrequestOpener(peer).open(webPort));
      const closed = new Promise<number>((resolve) => socket.once("close", resolve));
      peer.close();
      socket.close(CLOSED_NORMALLY);
      await closed;
    },
  },
  {
    title: "port-forward in a tunnel: a name that is no tunnel's is refused with 400 or 403",
    source: "protocol.md 1.9, k8s.io/apiserver pkg/util/proxy/streamtunnel.go",
    async run({ target, defer }) {
      const path = target.streamPath("portforward", WEB);
      const refused = await dialTunnel(target, path, "v9.portforward.example").then(
        ({ socket }) => defer(() => socket.terminate()),
        (error: unknown) => error,
      );
      assert.ok(refused instanceof RefusedError, String(refused));
      assert.ok([400, 403].includes(refused.code), `answered ${refused.code}`);
    },
  },
];
