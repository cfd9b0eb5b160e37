/**
 * Whether a pod's node takes WebSockets itself: status.declaredFeatures names ExtendWebSocketsToKubelet from 1.36 on
 * (k8s.io/component-helpers nodedeclaredfeatures). Asked after a stream is open, and only to say where it is translated.
 */

import { MemoryStore } from "#server/state/expiring-store.ts";
import type { Cluster } from "../types.ts";
import { podPath } from "./subresource-url.ts";

const FEATURE = "ExtendWebSocketsToKubelet";
/** A node is upgraded by replacing it or restarting its kubelet: minutes, not seconds. */
const CACHE_MS = 10 * 60_000;
const MAX_CACHED = 2_000;

export class NodeFeatures {
  /** By who asked and the node: what one person may read of nodes, another may not. */
  readonly #nodes = new MemoryStore<{ extended: boolean | null }>({ maxEntries: MAX_CACHED });

  /** Null when the pod or the node cannot be read: nodes are often not for everyone. */
  async extendsWebSockets(cluster: Cluster, namespace: string, pod: string): Promise<boolean | null> {
    try {
      const { spec } = await cluster.json<{ spec?: { nodeName?: unknown } }>({
        method: "GET",
        path: podPath(namespace, pod),
      });
      const node = spec?.nodeName;
      return typeof node === "string" && node !== "" ? await this.#node(cluster, node) : null;
    } catch {
      return null;
    }
  }

  async #node(cluster: Cluster, node: string): Promise<boolean | null> {
    const key = JSON.stringify([cluster.key, node]);
    const known = this.#nodes.get(key);
    if (known) return known.extended;
    let extended: boolean | null = null;
    try {
      const { status } = await cluster.json<{ status?: { declaredFeatures?: unknown } }>({
        method: "GET",
        path: `/api/v1/nodes/${encodeURIComponent(node)}`,
      });
      const features = status?.declaredFeatures;
      extended = Array.isArray(features) && features.includes(FEATURE);
    } catch {
      // Remembered as unknown, so that a credential without nodes does not ask for each stream.
    }
    this.#nodes.put(key, { extended }, CACHE_MS);
    return extended;
  }
}
