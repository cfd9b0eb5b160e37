import { describe, expect, it } from "vitest";
import { isClaim } from "./claimed-headers.ts";

/** What programs are known to believe of a proxy in front of them. */
const CLAIMS = `
  X-Forwarded X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Port X-Forwarded-Server X-Forwarded-Prefix
  X-Forwarded-Scheme X-Forwarded-Ssl X-Forwarded-User X-Forwarded-Email X-Forwarded-Groups X-Forwarded-Login
  X-Forwarded-Preferred-Username X-Forwarded-Access-Token X-Forwarded-Client-Cert X-Forwarded-Tls-Client-Cert
  X-Forwarded-Uri X-Forward-For Forwarded Forwarded-For Via CDN-Loop
  X-Real-IP X-Client-IP Client-IP X-Cluster-Client-IP True-Client-IP X-Originating-IP Fastly-Client-IP Fly-Client-IP
  CF-Connecting-IP CF-Connecting-IPv6 CF-IPCountry CF-Ray CF-Visitor CF-Access-Jwt-Assertion
  Cf-Access-Authenticated-User-Email Cf-Access-Client-Id CloudFront-Viewer-Address X-Azure-ClientIP
  X-Original-URL X-Original-Host X-Rewrite-URL X-Host X-HTTP-Host-Override X-Url-Scheme Front-End-Https
  Proxy Proxy-User Proxy-Client-IP WL-Proxy-Client-IP X-Proxy-User X-Proxy-Roles X-ProxyUser-Ip
  Remote-User Remote-Groups Remote-Email Remote-Name Remote-Addr X-Remote-User X-Remote-Group X-Remote-Extra-Scopes
  X-Remote-Addr X-Remote-IP Auth-User Impersonate-User Impersonate-Group Impersonate-Uid Impersonate-Extra-a
  X-WebAuth-User X-WebAuth-Email X-WebAuth-Fullname X-WEBAUTH-ROLE
  X-Auth-Request-User X-Auth-Request-Email X-Auth-Request-Groups X-Auth-Request-Preferred-Username
  X-Auth-Request-Access-Token X-Auth-User X-Auth-Username X-Auth-Email X-Auth-Groups X-Auth-Roles X-Auth-Subject
  X-Authenticated-Userid X-Authenticated-Groups X-Consumer-ID X-Consumer-Username X-Credential-Identifier
  X-authentik-username X-authentik-groups X-Vouch-User X-Pomerium-Jwt-Assertion X-Pomerium-Claim-Email
  Teleport-Jwt-Assertion Tailscale-User-Login Tailscale-User-Name kubeflow-userid
  X-Amzn-Oidc-Data X-Amzn-Oidc-Identity X-Amzn-Oidc-Accesstoken X-Amzn-Mtls-Clientcert
  X-Goog-Iap-Jwt-Assertion X-Goog-Authenticated-User-Email X-Goog-Authenticated-User-Id X-AppEngine-User-Email
  X-MS-Client-Principal X-MS-Client-Principal-Name X-MS-Token-AAD-Id-Token X-ARR-ClientCert
  SSL-Client-Verify SSL-Client-S-DN SSL-Client-Cert X-SSL-Client-Cert X-SSL-CERT Client-Cert Client-Cert-Chain
  X-Client-Verify X-Client-DN X-Envoy-Internal X-Envoy-External-Address X-Envoy-Original-Path l5d-client-id
  OIDC_CLAIM_sub OIDC_access_token MELLON_NAME_ID Shib-Identity-Provider SM_USER iv-user OAM_REMOTE_USER
  X-Middleware-Subrequest X-Middleware-Subrequest-Id X-Middleware-Rewrite X-Middleware-Next X-Middleware-Set-Cookie
  X-Middleware-Override-Headers X-Middleware-Request-Authorization X-Invoke-Path X-Invoke-Status X-Matched-Path
  Surrogate-Capability X-Via X-Sucuri-ClientIP X-Vercel-Forwarded-For X-Auth-Expiresin X-Client-S-DN X-Endpoint-API-UserInfo
  CloudFront-Forwarded-Proto Fastly-FF X-Azure-SocketIP X-FD-HealthProbe X-MS-Proxy
  $WSRU $WSRA WL-Proxy-SSL WL-Proxy-Client-Cert MS-ASPNETCORE-WINAUTHTOKEN SSLClientCertCN X-Identity-Status
  X-CloudTasks-QueueName X-JWT-Assertion K-Proxy-Request Knative-Serving-Revision X-Warpgate-Username
  X-Next-Resume-State-Length Next-Resume X-React-Router-Spa-Mode X-React-Router-Prerender-Data X-Astro-Path
  X-Sendfile-Type X-Accel-Mapping X-Accel-Redirect X-Porthole-Key Porthole-Preview
`;

/** The browser's and the program's own. */
const OWN = `
  Accept Accept-Encoding Accept-Language Authorization Cache-Control Content-Type Content-Encoding Cookie DNT ETag
  If-Match If-None-Match If-Modified-Since If-Range Range Origin Referer User-Agent Last-Event-ID Pragma Priority
  Sec-Fetch-Site Sec-Fetch-Mode Sec-Fetch-Dest Sec-Fetch-User Sec-CH-UA Sec-CH-UA-Platform Sec-GPC Sec-Purpose
  Sec-WebSocket-Key Sec-WebSocket-Version Sec-WebSocket-Protocol Sec-WebSocket-Extensions Save-Data Service-Worker
  Service-Worker-Navigation-Preload Upgrade-Insecure-Requests Purpose Expect Early-Data
  X-Requested-With X-CSRF-Token X-CSRFToken X-XSRF-TOKEN CSRF-Token X-Xsrf-Header RequestVerificationToken
  X-HTTP-Method-Override X-Method-Override X-Request-ID X-Correlation-ID X-Trace-Id traceparent tracestate baggage
  X-B3-TraceId b3 uber-trace-id sentry-trace X-Cloud-Trace-Context X-Amzn-Trace-Id
  X-API-Key X-Auth-Token X-Access-Token X-Vault-Token PRIVATE-TOKEN X-Gitlab-Token X-Grafana-Org-Id X-Scope-OrgID
  X-Client-Version X-Client-Data X-Client-Info X-Client-Name X-Vault-Token X-Consul-Token X-Trino-User X-Project-Id X-Prerender-Revalidate X-User-Agent X-Timezone X-Session-Id X-User-Id
  HX-Request HX-Target HX-Current-URL Turbo-Frame X-Inertia X-Inertia-Version X-PJAX X-Livewire X-SvelteKit-Action
  RSC Next-Action Next-Router-State-Tree Next-Router-Prefetch Next-Url X-Nextjs-Data X-Deployment-Id
  x-middleware-prefetch x-middleware-preflight Depth Destination Overwrite Lock-Token SOAPAction Grpc-Timeout
  X-Grpc-Web Tus-Resumable Upload-Offset Upload-Length X-Upload-Content-Type Kbn-Version Kbn-Xsrf X-XSRFToken
  AuthToken Via-App Proximity Cfg-Id Remotely X-Forwarding-Rule SSLVersion
`;

const names = (text: string) => text.trim().split(/\s+/);

describe("isClaim", () => {
  it.each(names(CLAIMS))("%s says who asks or which way it came", (name) => {
    expect(isClaim(name.toLowerCase())).toBe(true);
  });

  it.each(names(CLAIMS).filter((name) => name.includes("-")))(
    "%s does so with underscores, dots and one of each",
    (name) => {
      const lower = name.toLowerCase();
      expect(isClaim(lower.replaceAll("-", "_"))).toBe(true);
      expect(isClaim(lower.replaceAll("-", "."))).toBe(true);
      expect(isClaim(lower.replace("-", "_"))).toBe(true);
    },
  );

  it.each(names(OWN))("%s is the browser's or the program's", (name) => {
    expect(isClaim(name.toLowerCase())).toBe(false);
  });

  it("lets what Next's own pages send pass in that spelling alone", () => {
    expect(isClaim("x_middleware_prefetch")).toBe(true);
  });
});
