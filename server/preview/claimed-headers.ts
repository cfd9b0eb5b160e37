/**
 * Request headers by which something in front of a program tells it who asks, or which way the request came. Programs
 * behind such a proxy believe them, so none passes that a browser or a page made up (threats.md A13); and what a proxy
 * in front of Porthole said is for Porthole, not for the pod (A6). Credentials and choices that a program's own page
 * sends, X-Auth-Token, X-CSRF-Token or X-Scope-OrgID, are not claims: they prove themselves or claim nothing.
 */

interface Claim {
  /** In lower case with dashes. A star at the end stands for anything. */
  names: string[];
  why: string;
}

const claim = (names: string, why: string): Claim => ({ names: names.split(" "), why });

/** Names such as X-User-Id are no product's, and pages send them about themselves: they pass. */
const CLAIMS: readonly Claim[] = [
  claim(
    "x-forwarded x-forwarded-* x-forward-* forwarded forwarded-* via x-via cdn-loop surrogate-*",
    "the way a request came, and with oauth2-proxy, Traefik and Jenkins the person, groups and tokens",
  ),
  claim(
    [
      "x-real-ip x-client-ip client-ip x-cluster-client-ip true-client-ip x-true-client-ip x-originating-ip",
      "x-proxyuser-ip x-custom-ip-authorization x-host-ip do-connecting-ip incap-client-ip",
      "x-sucuri-clientip x-ms-forwarded-client-ip",
    ].join(" "),
    "an address that allow-lists and rate limits take for the client's",
  ),
  claim(
    [
      "cf-* cloudfront-* x-amz-cf-id fastly-* fly-* x-nf-* x-azure-* x-fd-* akamai-* x-akamai-*",
      "x-vercel-forwarded-for x-vercel-ip-* x-vercel-proxied-for",
    ].join(" "),
    "delivery networks: the address, the country, and with Cloudflare Access the person",
  ),
  claim(
    "x-original-* x-rewrite-* x-override-url x-host x-http-host-override",
    "another path or host than the one asked for (Symfony CVE-2018-14773)",
  ),
  claim("x-scheme x-url-scheme front-end-https x-https", "that the request came over TLS"),
  claim(
    "proxy proxy-* x-proxy-* wl-proxy-* -ws* ms-aspnetcore-*",
    "httpoxy (CVE-2016-5385), OpenSearch; what WebLogic, WebSphere ($WSRU) and IIS tell themselves",
  ),
  claim(
    "remote-* x-remote-* http-remote-* redirect-remote-* auth-user auth-type logon-user",
    "CGI's REMOTE_USER: Authelia, modules of Apache, front proxies of Kubernetes API servers",
  ),
  claim("impersonate-*", "another person to a Kubernetes API server (A14)"),
  claim("x-webauth-* x-grafana-user x-jwt-assertion", "Grafana and what stands behind it, Gitea, WSO2"),
  claim(
    [
      "x-auth-request-* x-auth-user x-auth-userid x-auth-username x-auth-email x-auth-name x-auth-groups",
      "x-auth-roles x-auth-subject x-auth-audience x-auth-expiresin",
    ].join(" "),
    "oauth2-proxy, gatekeepers of Keycloak, forward authentication",
  ),
  claim(
    "x-authenticated-* x-consumer-* x-credential-* x-anonymous-consumer x-userinfo x-sso-*",
    "Kong, APISIX, single sign-on modules",
  ),
  claim(
    "x-identity-status x-is-admin-project x-service-identity-status",
    "OpenStack's middleware: that a token was checked",
  ),
  claim(
    "x-authentik-* x-vouch-* x-pomerium-* x-warpgate-* x-teleport-* teleport-jwt-assertion tailscale-*",
    "access proxies: the person, or an assertion of theirs",
  ),
  claim("kubeflow-userid kubeflow-groups", "Kubeflow: the person"),
  claim(
    "x-amzn-oidc-* x-amzn-mtls-* x-amzn-request-context x-apigateway-*",
    "AWS load balancers and gateways: the person, the client's certificate",
  ),
  claim(
    [
      "x-goog-iap-* x-goog-authenticated-user-* x-appengine-* x-cloudtasks-* x-cloudscheduler*",
      "x-endpoint-api-userinfo",
    ].join(" "),
    "Google's Identity-Aware Proxy, App Engine, Endpoints, and its own callers",
  ),
  claim(
    "x-ms-client-principal* x-ms-token-* x-ms-proxy x-ms-adfs-* x-arr-*",
    "Azure App Service, Active Directory: the person, tokens, the client's certificate",
  ),
  claim(
    [
      "ssl-* x-ssl-* sslclientcert* client-cert client-cert-* x-client-cert x-client-cert-* x-client-verify",
      "x-client-dn x-client-cn x-client-s-dn x-tls-client-*",
    ].join(" "),
    "a client's certificate that was verified (RFC 9440, nginx, Apache, F5)",
  ),
  claim(
    "x-envoy-* x-istio-* x-jwt-payload l5d-* k-proxy-request k-passthrough-lb knative-serving-*",
    "service meshes: inside or outside, and who",
  ),
  claim(
    "oidc-* mellon-* shib-* x-shib-* eppn smuser sm-* iv-* oam-*",
    "single sign-on modules of web servers",
  ),
  claim(
    [
      "x-middleware-* x-invoke-* x-matched-path x-now-route-matches x-next-resume-* next-resume",
      "x-next-revalidate*",
    ].join(" "),
    "Next's talk with itself: skips its middleware (CVE-2025-29927)",
  ),
  claim(
    "x-react-router-spa-mode x-react-router-prerender-data x-astro-path x-astro-locals",
    "the same of React Router (CVE-2025-43865) and Astro",
  ),
  claim("x-sendfile-type x-accel-*", "that a proxy sends files, and from where (Rack CVE-2025-61780)"),
  claim("x-porthole-* porthole-*", "Porthole's own"),
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
