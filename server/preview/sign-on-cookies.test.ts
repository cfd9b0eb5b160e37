import { describe, expect, it } from "vitest";
import { isSignOnCookie } from "./sign-on-cookies.ts";

describe("isSignOnCookie", () => {
  it.each([
    ..."_oauth2_proxy _oauth2_proxy_0 _oauth2_proxy_csrf_a1 __Host-_oauth2_proxy __Secure-oauth2_proxy".split(
      " ",
    ),
    ..."_oauth_proxy _forward_auth _forward_auth_csrf authelia_session authentik_proxy_a1b2 authentik_session".split(
      " ",
    ),
    ..."CF_Authorization CF_AppSession CF_Binding AWSELBAuthSessionCookie-0 AWSALBAuthNonce".split(" "),
    ..."GCP_IAP_UID GCP_IAAP_AUTH_TOKEN_6C __Host-GCP_IAP_AUTH_TOKEN_6C AppServiceAuthSession".split(" "),
    ..."_vouch VouchCookie VouchSession _pomerium _pomerium_csrf kc-access kc-state kc-access-1".split(" "),
    ..."__Host-grv_app_session OauthHMAC OauthHMAC-5f93 IdToken-5f93 BearerToken authservice_session".split(
      " ",
    ),
    ..."__Host-istio-authservice-session-id-cookie mod_auth_openidc_session _shibsession_64 SMSESSION".split(
      " ",
    ),
    ..."ory_kratos_session AUTHP_SESSION_ID tinyauth-session LtpaToken2 PA.shop".split(" "),
  ])("%s is a sign-on's", (name) => {
    expect(isSignOnCookie(name)).toBe(true);
    expect(isSignOnCookie(name.toUpperCase())).toBe(true);
  });

  it.each([
    ..."session sessionid sid JSESSIONID PHPSESSID connect.sid csrftoken XSRF-TOKEN _csrf grafana_session".split(
      " ",
    ),
    ..."my_oauth2_proxy token access_token jwt argocd.token _xsrf next-auth.session-token PAX pay".split(" "),
    ..."_ga _gh_sess KEYCLOAK_IDENTITY theme lang AWSALB cf_clearance remember_me".split(" "),
  ])("%s is a program's", (name) => {
    expect(isSignOnCookie(name)).toBe(false);
  });
});
