/**
 * Several kubeconfig files as one, the way kubectl merges KUBECONFIG: of two entries with one name the first
 * file's is taken whole (entries are not mixed), and the first file that sets current-context wins
 * (k8s.io/client-go tools/clientcmd/loader.go). Next hop: load-clusters.ts.
 */
import type { Kubeconfig } from "./kubeconfig.ts";

export function mergeKubeconfigs(files: readonly Kubeconfig[]): Kubeconfig {
  const merged: Kubeconfig = {
    currentContext: files.find((file) => file.currentContext !== "")?.currentContext ?? "",
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
  };
  for (const file of files) {
    addMissing(merged.clusters, file.clusters);
    addMissing(merged.users, file.users);
    addMissing(merged.contexts, file.contexts);
  }
  return merged;
}

function addMissing<T>(into: Map<string, T>, from: ReadonlyMap<string, T>): void {
  for (const [name, entry] of from) {
    if (!into.has(name)) into.set(name, entry);
  }
}
