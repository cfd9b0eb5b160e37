import type { ForwardInfo } from "#protocol/api.ts";

/** A forward that nothing was asked of yet, for tests. */
export function forwardInfo(change: Partial<ForwardInfo> = {}): ForwardInfo {
  return {
    id: "f1",
    cluster: "demo",
    namespace: "default",
    kind: "Pod",
    name: "web",
    port: 8080,
    url: "http://p-k3v9q0x7.localhost:7654/",
    local: null,
    state: "ready",
    pod: "web",
    tunnels: 0,
    connections: 0,
    bytesIn: 0,
    bytesOut: 0,
    createdAt: 0,
    recent: [],
    ...change,
  };
}
