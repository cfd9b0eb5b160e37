/** The headings of docs/proxies.md that the doctor points to. */
export const CONFIGURATIONS = {
  nginx: "nginx between Porthole and the API server",
  haproxy: "HAProxy between Porthole and the API server",
  envoy: "Envoy and Istio",
  aws: "AWS load balancers",
  google: "Google Cloud load balancers",
  azure: "Azure load balancers",
  cloudflare: "Cloudflare",
  ingress: "Ingress controllers and gateways",
  forward: "A company's proxy on the way out",
  any: "What any proxy must do",
} as const;

export type ConfigurationName = keyof typeof CONFIGURATIONS;
