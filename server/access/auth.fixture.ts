/** A door as it stands on loopback and as it stands hosted, and requests to it. */
import type { IncomingMessage } from "node:http";
import { KEY_HEADER } from "#protocol/api.ts";
import { AccessError } from "./access-error.ts";
import { Addresses } from "./addresses.ts";
import { Auth } from "./auth.ts";

export const TOKEN = "a-launch-token-of-this-test";
/** Of a WebSocket. */
export const PATH = "/api/sessions/abc/stream";
export const PLACES = ["loopback", "hosted"] as const;
export type Place = (typeof PLACES)[number];

const WHERE = {
  loopback: { host: "127.0.0.1", port: 7654, publicUrl: undefined },
  hosted: { host: "0.0.0.0", port: 443, publicUrl: new URL("https://p.example") },
};

export function startAuth(place: Place, chosen = true): { auth: Auth; own: string } {
  const options = WHERE[place];
  const addresses = new Addresses({ ...options, tls: false, previewDomain: undefined });
  const auth = new Auth({ value: TOKEN, chosen }, addresses, options.port);
  return { auth, own: addresses.appOrigin };
}

/** What the page of a browser that has just signed in sends. */
export function signIn(auth: Auth): Record<string, string> {
  const { key, setCookie } = auth.login(TOKEN, request({}));
  return { [KEY_HEADER]: key, ...(setCookie && { cookie: setCookie.split(";")[0]! }) };
}

/** The same on a WebSocket, where a page can send no header of its own. */
export function withoutKey(page: Record<string, string>): Record<string, string> {
  const { [KEY_HEADER]: _key, ...rest } = page;
  return rest;
}

export function request(
  headers: Record<string, string>,
  method = "GET",
  remoteAddress = "127.0.0.1",
): IncomingMessage {
  return { method, headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** "OK" when the attempt succeeds. */
export function codeOf(attempt: () => unknown): string {
  try {
    attempt();
    return "OK";
  } catch (error) {
    if (error instanceof AccessError) return error.code;
    throw error;
  }
}
