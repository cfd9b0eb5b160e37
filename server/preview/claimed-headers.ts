/**
 * Request headers by which something in front of a program tells it who asks, or which way the request came. Programs
 * behind such a proxy believe them, so none passes that a browser or a page made up (threats.md A13); and what a proxy
 * in front of Porthole said is for Porthole, not for the pod (A6). Credentials and choices that a program's own page
 * sends, X-Auth-Token, X-CSRF-Token or X-Scope-OrgID, are not claims: they prove themselves or claim nothing.
 */

interface Claim {
  /** In lower case with dashes. A star at the end stands for anything. */
  names: readonly string[];
  why: string;
}

const CLAIMS: readonly Claim[] = [
  {
    names: ["x-forwarded", "x-forwarded-*", "x-forward-*", "forwarded", "forwarded-*", "via", "cdn-loop"],
    why: "the way a request came, and with oauth2-proxy, Traefik and Jenkins the person, groups and tokens",
  },
  {
    names: [
      ...[
        "x-real-ip",
        "x-client-ip",
        "client-ip",
        "x-cluster-client-ip",
        "true-client-ip",
        "x-true-client-ip",
      ],
      ...["x-originating-ip", "x-proxyuser-ip", "x-custom-ip-authorization", "x-host-ip"],
      ...["fastly-client-ip", "fly-client-ip", "do-connecting-ip", "incap-client-ip", "x-sucuri-clientip"],
      ...["x-nf-client-connection-ip", "x-azure-clientip", "x-azure-socketip", "cloudfront-viewer-*"],
      ...["x-vercel-forwarded-for", "x-vercel-ip-*", "x-vercel-proxied-for", "x-akamai-*", "akamai-*"],
    ],
    why: "an address that allow-lists and rate limits take for the client's",
  },
  { names: ["cf-*"], why: "Cloudflare: the address, and with Access the person" },
  {
    names: ["x-original-*", "x-rewrite-*", "x-override-url", "x-host", "x-http-host-override"],
    why: "another path or host than the one asked for (Symfony CVE-2018-14773)",
  },
  {
    names: ["x-scheme", "x-url-scheme", "front-end-https", "x-https", "fastly-ssl"],
    why: "that the request came over TLS",
  },
  {
    names: ["proxy", "proxy-*", "wl-proxy-*", "x-proxy-*"],
    why: "httpoxy (CVE-2016-5385), WebLogic, OpenSearch",
  },
  {
    names: [
      "remote-*",
      "x-remote-*",
      "http-remote-*",
      "redirect-remote-*",
      "auth-user",
      "auth-type",
      "logon-user",
    ],
    why: "CGI's REMOTE_USER: Authelia, mod_auth_*, front proxies of Kubernetes API servers",
  },
  { names: ["impersonate-*"], why: "another person to a Kubernetes API server (threats.md A14)" },
  { names: ["x-webauth-*"], why: "Grafana, Gitea, Prometheus' push gateways behind a proxy" },
  {
    names: [
      ...[
        "x-auth-request-*",
        "x-auth-user",
        "x-auth-userid",
        "x-auth-username",
        "x-auth-email",
        "x-auth-name",
      ],
      ...["x-auth-groups", "x-auth-roles", "x-auth-subject", "x-auth-audience", "x-auth-expiresin"],
    ],
    why: "oauth2-proxy, gatekeepers of Keycloak, forward authentication",
  },
  {
    names: [
      "x-authenticated-*",
      "x-consumer-*",
      "x-credential-*",
      "x-anonymous-consumer",
      "x-userinfo",
      "x-sso-*",
    ],
    why: "Kong, APISIX, single sign-on modules",
  },
  {
    names: [
      "x-authentik-*",
      "x-vouch-*",
      "x-pomerium-*",
      "teleport-jwt-assertion",
      "x-teleport-*",
      "tailscale-*",
    ],
    why: "access proxies: the person, or an assertion of theirs",
  },
  { names: ["kubeflow-userid", "kubeflow-groups"], why: "Kubeflow: the person" },
  {
    names: ["x-amzn-oidc-*", "x-amzn-mtls-*", "x-amzn-request-context", "x-amz-cf-id", "x-apigateway-*"],
    why: "AWS load balancers and gateways: the person, the client's certificate",
  },
  {
    names: ["x-goog-iap-*", "x-goog-authenticated-user-*", "x-appengine-*", "x-endpoint-api-userinfo"],
    why: "Google's Identity-Aware Proxy, App Engine and Endpoints",
  },
  {
    names: ["x-ms-client-principal*", "x-ms-token-*", "x-arr-*", "x-azure-fdid"],
    why: "Azure App Service and Front Door: the person, tokens, the client's certificate",
  },
  {
    names: [
      "ssl-*",
      "x-ssl-*",
      "client-cert",
      "client-cert-*",
      "x-client-cert",
      "x-client-cert-*",
      "x-tls-client-*",
    ],
    why: "a client's certificate that was verified (RFC 9440, nginx, Apache)",
  },
  {
    names: ["x-client-verify", "x-client-dn", "x-client-cn", "x-client-s-dn"],
    why: "the same, by ingress controllers",
  },
  {
    names: ["x-envoy-*", "x-istio-*", "x-jwt-payload", "l5d-*"],
    why: "service meshes: inside or outside, and who",
  },
  {
    names: ["oidc-*", "mellon-*", "shib-*", "x-shib-*", "eppn", "sm-user", "smuser", "sm-*", "iv-*", "oam-*"],
    why: "single sign-on modules of web servers",
  },
  {
    names: ["x-middleware-*", "x-invoke-*", "x-matched-path", "x-now-route-matches", "x-vercel-sc-*"],
    why: "Next's talk with itself: skips its middleware (CVE-2025-29927)",
  },
  {
    names: ["x-sendfile-type", "x-accel-*"],
    why: "that a proxy sends files, and from where (Rack CVE-2025-61780)",
  },
  { names: ["x-porthole-*", "porthole-*"], why: "Porthole's own" },
];

/** Pages of the program send these themselves, and they claim nobody. */
const OWN_TO_PAGES: ReadonlySet<string> = new Set([
  // Next's pages router, when it fetches ahead.
  "x-middleware-prefetch",
  "x-middleware-preflight",
]);

/** Names have no character that means something in a pattern, but for the star. */
const CLAIM = new RegExp(
  `^(?:${CLAIMS.flatMap(({ names }) => names)
    .join("|")
    .replaceAll("*", ".*")})$`,
);

/**
 * Servers that make variables of headers read `X_Forwarded_For`, and some `X.Forwarded.For`, as X-Forwarded-For
 * (oauth2-proxy CVE-2025-64484), so every mark counts as a dash.
 */
export function isClaim(lowerName: string): boolean {
  return CLAIM.test(lowerName.replace(/[^a-z0-9-]/g, "-")) && !OWN_TO_PAGES.has(lowerName);
}
