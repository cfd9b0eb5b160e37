/** How a browser signs in: the launch token once, a cookie from then on. */

import { apiFetch, setApiKey } from "#components/ui/api-client.ts";
import { KEY_HEADER, type LoginInfo } from "#protocol/api.ts";

const TOKEN_IN_LINK = /#(?:.*&)?t=([^&\s]+)/;

/** The launch token of the address, taken out of it at once: it must not stay in the history or in a copied link. */
export function takeLaunchToken(): string | null {
  const token = TOKEN_IN_LINK.exec(location.hash)?.[1];
  if (token === undefined) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}

/** What a person pasted: the whole link that the server printed, or the token alone. */
export function tokenOf(pasted: string): string {
  const text = pasted.trim();
  return TOKEN_IN_LINK.exec(text)?.[1] ?? text;
}

/** Rejects with ApiError: 401 for a wrong token, 429 after too many. */
export async function signIn(token: string): Promise<LoginInfo> {
  return accepted(await apiFetch("/api/login", { method: "POST", body: { token } }));
}

/** Who this browser already is. Rejects with ApiError, 401 when nobody. */
export async function currentLogin(): Promise<LoginInfo> {
  return accepted(await apiFetch("/api/session"));
}

function accepted(answer: unknown): LoginInfo {
  const info = answer as LoginInfo;
  setApiKey(KEY_HEADER, info.key);
  return info;
}
