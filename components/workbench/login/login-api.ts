/**
 * How a browser signs in: a link once, a key from then on. The key is kept in the storage of this origin, which unlike a
 * cookie is not shared with other ports of the host (docs/threats.md A2), and never in an address.
 */

import { ApiError, apiFetch, setApiKey } from "#components/ui/api-client.ts";
import { keep, kept } from "#components/ui/kept.ts";
import { KEY_HEADER, type LoginAnswer, type LoginInfo } from "#protocol/api.ts";

const STORAGE_KEY = "porthole.key";
/** Instead of the key, so that other tabs see a person's leaving apart from a key that is good no more. */
const SIGNED_OUT = "";
const HTTP_UNAUTHORIZED = 401;

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

/** Rejects with ApiError: 401 for a wrong token or a spent link, 429 while this address has to wait. */
export async function signIn(token: string): Promise<LoginInfo> {
  showKept();
  const { key, ...info } = (await apiFetch("/api/login", { method: "POST", body: { token } })) as LoginAnswer;
  keep(STORAGE_KEY, key);
  setApiKey(KEY_HEADER, key);
  return info;
}

/** Whether this browser has been signed in, and nobody has signed it out. */
export function hasKey(): boolean {
  return Boolean(kept(STORAGE_KEY));
}

/** Who this browser already is; null when nobody. Rejects with ApiError when there is no answer. */
export async function currentLogin(): Promise<LoginInfo | null> {
  const key = showKept();
  try {
    return (await apiFetch("/api/session")) as LoginInfo;
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
    // Not what another tab has put there meanwhile.
    if (key && kept(STORAGE_KEY) === key) keep(STORAGE_KEY, null);
    setApiKey(KEY_HEADER, null);
    return null;
  }
}

/** Ends what this browser has open, in all its tabs. Rejects with ApiError when the server did not hear it. */
export async function signOut(): Promise<void> {
  try {
    await apiFetch("/api/logout", { method: "POST" });
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
  }
  keep(STORAGE_KEY, SIGNED_OUT);
  setApiKey(KEY_HEADER, null);
  // Storage tells every tab but the one that writes.
  dispatchEvent(new StorageEvent("storage", { key: STORAGE_KEY, newValue: SIGNED_OUT }));
}

/** @param listener hears why nobody is signed in now, as far as it is known, and null when somebody may be */
export function onOtherLogin(listener: (left: string | null) => void): () => void {
  const hear = ({ key, newValue, storageArea }: StorageEvent) => {
    if (key !== STORAGE_KEY && key !== null) return;
    if (newValue !== SIGNED_OUT) return listener(null);
    setApiKey(KEY_HEADER, null);
    listener(storageArea ? "You signed out in another tab." : "You signed out.");
  };
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
}

/** Without storage the key lasts as long as the page. */
function showKept(): string | null {
  const key = kept(STORAGE_KEY);
  if (key) setApiKey(KEY_HEADER, key);
  return key;
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof ApiError && error.status === HTTP_UNAUTHORIZED;
}
