process.on("SIGTERM", () => process.exit(0));

import { createServer } from "node:http";
import { loadClusters } from "#kube/load-clusters";
import { createLogger } from "#server/log";
import { WebSocketDialer } from "#stream/websocket-dialer";
import { ForwardRegistry } from "./forward-registry";
import { PreviewAuth } from "./preview-auth";
import { createPreviewHandler } from "./preview-handler";

const log = createLogger("text", "debug");
const clusters = await loadClusters({ kubeconfig: process.argv[2], env: process.env as never, log });
const cluster = clusters.get("ref")!;
const auth = new PreviewAuth(false);
const registry = new ForwardRegistry({ urlOf: (id) => id, log });
const dialer = new WebSocketDialer(cluster);
const forward = await registry.create({
  request: {
    cluster: "ref",
    namespace: "default",
    kind: "Pod",
    name: "web",
    port: Number(process.argv[3] ?? 18080),
    listen: true,
  },
  owner: "x",
  cluster,
  dialer,
});
const handler = createPreviewHandler({
  registry,
  auth,
  appOrigin: "http://127.0.0.1:1",
  secure: false,
  isOwnCredential: () => false,
  log,
});
const server = createServer((q, r) => handler.handle(q, r, forward.id));
server.listen(19000, "127.0.0.1");
console.log(
  JSON.stringify({
    id: forward.id,
    local: forward.info(null).local,
    cookie: auth.redeem(forward.id, auth.mintCode(forward.id, "x"))!.split(";")[0],
  }),
);
setInterval(() => {
  const { recent: _r, ...i } = registry.info(forward) as any;
  console.error(JSON.stringify({ ...i, rss: Math.round(process.memoryUsage.rss() / 1e6) }));
}, 5000);
