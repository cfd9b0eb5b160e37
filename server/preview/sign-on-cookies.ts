/**
 * Cookies of sign-ons that stand in front of a hosted Porthole. They are set for a whole domain, or on the forward's own
 * host when the sign-on guards it, and whoever has one is that person there: the pod must not see it (threats.md A6). A
 * program in a pod cannot use these names itself on such a Porthole; on a person's own machine it can.
 */

interface SignOn {
  /** Without `__Host-` and `__Secure-`. A star stands for anything: numbers of parts, ids, _csrf. */
  names: readonly string[];
  of: string;
}

const SIGN_ONS: readonly SignOn[] = [
  {
    names: ["_oauth2_proxy*", "oauth2_proxy*", "_oauth_proxy*"],
    of: "oauth2-proxy, OpenShift's oauth-proxy",
  },
  { names: ["_forward_auth*"], of: "Traefik's forward authentication" },
  { names: ["traefikoidcauth*", "_traefik_oidc*"], of: "Traefik's OIDC plugins" },
  { names: ["authelia_session*"], of: "Authelia" },
  { names: ["authentik_*"], of: "authentik and its outposts" },
  { names: ["cf_authorization*", "cf_appsession*", "cf_session*", "cf_binding*"], of: "Cloudflare Access" },
  { names: ["awselbauthsessioncookie*", "awsalbauthnonce*"], of: "AWS load balancers" },
  { names: ["gcp_iap_*", "gcp_iaap_*"], of: "Google's Identity-Aware Proxy" },
  { names: ["appserviceauthsession*", "azureappproxy*"], of: "Azure App Service, Entra's application proxy" },
  { names: ["_vouch*", "vouchcookie*", "vouchsession*"], of: "Vouch" },
  { names: ["_pomerium*"], of: "Pomerium" },
  { names: ["kc-access*", "kc-state*", "oauth_token_request_state"], of: "gatekeepers of Keycloak" },
  { names: ["grv_app_*", "grv_session*"], of: "Teleport" },
  {
    names: [
      "oauthhmac*",
      "oauthexpires*",
      "oauthnonce*",
      "bearertoken*",
      "idtoken*",
      "refreshtoken*",
      "accesstoken-*",
    ],
    of: "Envoy's OAuth2 filter, Envoy Gateway",
  },
  {
    names: ["authservice_session*", "*authservice-session-id-cookie*", "oidc_state_csrf"],
    of: "Istio, Kubeflow",
  },
  {
    names: ["mod_auth_openidc_*", "mod_auth_cas*", "mellon-*", "_shibsession_*", "_shibstate_*"],
    of: "Apache",
  },
  { names: ["ory_kratos_session*", "ory_session_*"], of: "Ory" },
  { names: ["authp_*", "tinyauth*"], of: "Caddy's portal, Tinyauth" },
  {
    names: ["smsession", "pd-s-session-id*", "pd-id*", "obssocookie*", "oamauthncookie*", "ltpatoken*"],
    of: "SiteMinder, WebSEAL, Oracle, IBM",
  },
  { names: ["iplanetdirectorypro", "amlbcookie", "pa.*"], of: "OpenAM, PingAccess" },
];

const NAME = new RegExp(
  `^(?:__(?:host|secure)-)?(?:${SIGN_ONS.flatMap(({ names }) => names)
    .join("|")
    .replaceAll(".", "\\.")
    .replaceAll("*", ".*")})$`,
  "i",
);

export function isSignOnCookie(name: string): boolean {
  return NAME.test(name);
}
