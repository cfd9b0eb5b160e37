/** What the demo cluster holds when it starts: a small company's cluster on an ordinary day. */
import { batchNamespace } from "./batch-namespace.ts";
import { buildNamespace, buildNode, type KubeletSeed } from "./cluster-objects.ts";
import { defaultNamespace } from "./default-namespace.ts";
import { DAY_MS } from "./metadata.ts";
import { shopNamespace } from "./shop-namespace.ts";
import { systemNamespace } from "./system-namespace.ts";
import type { KubeObject } from "./types.ts";

const CONTROL_NODE = { name: "demo-control-plane", address: "172.18.0.2" };
const WORKER_NODE = { name: "demo-worker", address: "172.18.0.3" };

const CLUSTER_AGE_MS = 47 * DAY_MS;

/** In dependency order: owners before what they own. */
export function seedObjects(now: number, kubelet: KubeletSeed): KubeObject[] {
  const born = now - CLUSTER_AGE_MS;
  return [
    ...["default", "kube-system", "team-a", "shop", "batch"].map((name) => buildNamespace(name, born)),
    buildNode({ ...CONTROL_NODE, role: "control-plane", createdAt: born, kubelet }),
    buildNode({ ...WORKER_NODE, createdAt: born, kubelet }),
    ...systemNamespace(born, CONTROL_NODE),
    ...defaultNamespace(now, WORKER_NODE),
    ...shopNamespace(now, WORKER_NODE),
    ...batchNamespace(now, WORKER_NODE),
  ];
}
