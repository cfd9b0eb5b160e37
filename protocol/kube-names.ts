/** What Kubernetes takes for a name: the server checks by it what goes into an API path, the page what a person typed. */

/** RFC 1123 label: namespaces and containers. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** RFC 1123 subdomain: pods, services, workloads, nodes. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const MAX_SUBDOMAIN_CHARS = 253;

export function isLabel(value: unknown): value is string {
  return typeof value === "string" && LABEL.test(value);
}

export function isSubdomain(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_SUBDOMAIN_CHARS && SUBDOMAIN.test(value);
}
