/** Where the person is, as the query of the page's address: `/?cluster=demo&ns=default&pod=web&container=app`. */

export interface Place {
  cluster: string | null;
  /** Null is all namespaces. */
  namespace: string | null;
  /** "namespace/name" of the selected pod. */
  selected: string | null;
  /** Of the selected pod, when a link names it; null: the pod's own choice. */
  container: string | null;
}

export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const namespace = query.get("ns") || null;
  const pod = query.get("pod") || null;
  let selected = pod;
  // Among all namespaces a pod is named with its own.
  if (pod !== null && !pod.includes("/")) selected = namespace === null ? null : `${namespace}/${pod}`;
  const container = selected === null ? null : query.get("container") || null;
  return { cluster: query.get("cluster"), namespace, selected, container };
}

/** The query with its question mark, or nothing. Readable: names in Kubernetes need no escapes, slashes neither. */
export function writePlace({ cluster, namespace, selected, container }: Place): string {
  const parts: string[] = [];
  if (cluster !== null) parts.push(`cluster=${encodeURIComponent(cluster)}`);
  if (namespace !== null) parts.push(`ns=${encodeURIComponent(namespace)}`);
  if (selected !== null) {
    const own = namespace !== null && selected.startsWith(`${namespace}/`);
    const pod = own ? selected.slice(namespace.length + 1) : selected;
    parts.push(`pod=${pod.split("/").map(encodeURIComponent).join("/")}`);
    if (container !== null) parts.push(`container=${encodeURIComponent(container)}`);
  }
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
