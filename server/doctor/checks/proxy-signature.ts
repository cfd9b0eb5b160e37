/**
 * Recognises who answered, by the head and the error page of an answer. API servers send neither Server nor Via; what
 * has one of them was written, or passed on, by something in between.
 */
import type { IncomingHttpHeaders } from "node:http";
import { CONFIGURATIONS, type ConfigurationName } from "../ready-configurations.ts";

export interface Intermediary {
  /** For a sentence: "nginx", "an AWS load balancer". */
  name: string;
  /** The heading in docs/proxies.md. */
  configuration: string;
}

interface Signature {
  name: string;
  configuration: ConfigurationName;
  /** Matched against Server. */
  server?: RegExp;
  via?: RegExp;
  /** Any of these headers. */
  headers?: readonly string[];
  /** Matched against the beginning of an error page. */
  page?: RegExp;
}

/** More specific ones first: an ingress controller is made of nginx, and Istio of Envoy. */
const SIGNATURES: readonly Signature[] = [
  { name: "Cloudflare", configuration: "cloudflare", server: /^cloudflare/i, headers: ["cf-ray"] },
  {
    name: "an AWS load balancer",
    configuration: "aws",
    server: /^awselb/i,
    headers: ["x-amzn-trace-id", "x-amz-cf-id"],
  },
  {
    name: "a Google Cloud load balancer",
    configuration: "google",
    server: /^Google Frontend/i,
    via: /\bgoogle\b/i,
  },
  { name: "an Azure gateway", configuration: "azure", server: /^Microsoft-Azure/i, headers: ["x-azure-ref"] },
  { name: "Istio", configuration: "envoy", server: /^istio-envoy/i },
  {
    name: "Envoy",
    configuration: "envoy",
    server: /^envoy/i,
    headers: ["x-envoy-upstream-service-time"],
    page: /^(upstream connect error|no healthy upstream|upstream request timeout)/,
  },
  {
    name: "nginx",
    configuration: "nginx",
    server: /^(nginx|openresty)/i,
    page: /<center>(nginx|openresty)/i,
  },
  // It adds no header, but its error pages have a form of their own.
  { name: "HAProxy", configuration: "haproxy", page: /^<html><body><h1>\d{3} [^<]*<\/h1>\s/ },
  { name: "Traefik", configuration: "ingress", server: /^traefik/i },
  { name: "Apache", configuration: "any", server: /^apache/i },
  { name: "Squid", configuration: "forward", server: /^squid/i, via: /\(squid/i, headers: ["x-squid-error"] },
  { name: "Zscaler", configuration: "forward", server: /^zscaler/i },
];

const MAX_NAME_CHARS = 60;

/** Null: nothing in this answer gives away that somebody stands in between. */
export function intermediaryOf(headers: IncomingHttpHeaders, page = ""): Intermediary | null {
  const server = text(headers.server);
  const via = text(headers.via);
  const known = SIGNATURES.find(
    (one) =>
      one.server?.test(server) ||
      (via !== "" && one.via?.test(via)) ||
      one.headers?.some((name) => headers[name] !== undefined) ||
      one.page?.test(page),
  );
  if (known) return { name: known.name, configuration: CONFIGURATIONS[known.configuration] };
  const said = (server || via).replace(/[^\x20-\x7e]/g, "").slice(0, MAX_NAME_CHARS);
  return said ? { name: `"${said}"`, configuration: CONFIGURATIONS.any } : null;
}

function text(value: string | string[] | undefined): string {
  return [value ?? ""].flat().join(", ");
}
