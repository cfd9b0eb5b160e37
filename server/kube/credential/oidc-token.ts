/**
 * The `auth-provider: oidc` of a kubeconfig: its id token while it is valid, then a fresh one for the refresh token, one
 * exchange for all who wait. Behaves as k8s.io/client-go plugin/pkg/client/auth/oidc; beyond it, a token that the API
 * server refuses is replaced as well. Next hop: oidc-exchange.ts.
 */
import { neverLog } from "#server/log.ts";
import { KubeError } from "../errors.ts";
import { bearer, type Credential, type CredentialSource } from "./credentials.ts";
import { GrowingPause } from "./growing-pause.ts";
import type { OidcClient, RefreshedTokens } from "./oidc-exchange.ts";

/** As client-go: a token that ends within this time is not used any more. */
const EXPIRY_MARGIN_MS = 10_000;
/** Between exchanges that failed, or whose tokens the API server refuses: pages ask again by themselves. */
const FIRST_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 5 * 60_000;

/** Of a token that says nothing of it: client-go takes it for expired, and refreshes. */
const NO_EXPIRY = 0;
/** What a Date holds (ECMA-262 section 21.4.1.1). */
const MAX_DATE_MS = 8.64e15;

export interface OidcTokens {
  idToken?: string;
  refreshToken?: string;
}

export interface OidcSource {
  refresh(refreshToken: string): Promise<RefreshedTokens>;
}

/** Takes what was refreshed into the kubeconfig; never rejects. */
export type KeepTokens = (before: OidcTokens, now: OidcTokens) => Promise<void>;

export class OidcCredential implements CredentialSource {
  #tokens: OidcTokens;
  #credential: { token: string; value: Credential } | null = null;
  #refreshing: Promise<Credential> | null = null;
  #refused = false;
  #failure: KubeError | null = null;
  readonly #pause = new GrowingPause(FIRST_PAUSE_MS, MAX_PAUSE_MS);

  constructor(
    tokens: OidcTokens,
    private readonly client: OidcClient | OidcSource,
    private readonly keep: KeepTokens = async () => {},
  ) {
    this.#tokens = tokens;
    for (const token of [tokens.idToken, tokens.refreshToken]) if (token) neverLog(token);
  }

  async get(): Promise<Credential> {
    const { idToken } = this.#tokens;
    if (idToken && !this.#refused && Date.now() + EXPIRY_MARGIN_MS < expiryOf(idToken))
      return this.#use(idToken);
    if (!this.#refreshing && this.#failure && !this.#pause.over) throw this.#failure;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return await this.#refreshing;
  }

  invalidate(refused: Credential): void {
    // Without a refresh token there is nothing better, and the API server's own words say more.
    if (!this.#tokens.refreshToken || refused.authorization !== this.#credential?.value.authorization) return;
    if (!this.#pause.over) return;
    this.#refused = true;
    this.#pause.begin();
  }

  close(): void {}

  async #refresh(): Promise<Credential> {
    const before = this.#tokens;
    try {
      if (!before.refreshToken) {
        throw new KubeError(
          "CREDENTIAL",
          `${before.idToken ? expiredWords(before.idToken) : "There is no id-token"}, and without a refresh-token there is no other. Sign in again with the tool that wrote the kubeconfig.`,
        );
      }
      const { idToken, refreshToken } = await this.client.refresh(before.refreshToken);
      expiryOf(idToken);
      this.#tokens = { idToken, refreshToken: refreshToken || before.refreshToken };
    } catch (error) {
      this.#failure = error as KubeError;
      this.#pause.begin();
      throw error;
    }
    this.#failure = null;
    if (!this.#refused) this.#pause.reset();
    this.#refused = false;
    for (const token of Object.values(this.#tokens)) neverLog(token);
    await this.keep(before, this.#tokens);
    return this.#use(this.#tokens.idToken as string);
  }

  #use(token: string): Credential {
    if (this.#credential?.token !== token) {
      const value: Credential = {
        authorization: bearer(token, "the id-token"),
        tokenFrom: "identity provider",
        ...(this.#tokens.refreshToken ? { renews: true } : {}),
      };
      this.#credential = { token, value };
    }
    return this.#credential.value;
  }
}

function expiredWords(idToken: string): string {
  const expiry = expiryOf(idToken);
  if (expiry === NO_EXPIRY) return "The id-token does not say when it ends, which counts as expired";
  const at = new Date(Math.max(-MAX_DATE_MS, Math.min(expiry, MAX_DATE_MS)))
    .toISOString()
    .replace(/\.\d+Z$/, "Z");
  return `The id-token ${Date.parse(at) <= Date.now() ? "expired" : "expires"} at ${at}`;
}

/**
 * Unix milliseconds; from the token itself, which only its API server verifies.
 * @throws KubeError CREDENTIAL; never with text of the token
 */
function expiryOf(idToken: string): number {
  const parts = idToken.split(".");
  try {
    if (parts.length !== 3) throw new Error("three parts make a JWT");
    const { exp } = JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
    // As client-go, which also takes a number in quotes.
    if (exp === undefined) return NO_EXPIRY;
    const seconds = typeof exp === "string" && exp.trim() !== "" ? Number(exp) : exp;
    if (!Number.isFinite(seconds)) throw new Error("its expiry is no time");
    return seconds * 1_000;
  } catch {
    throw new KubeError("CREDENTIAL", "The id-token of the auth-provider is not a JWT with an expiry.");
  }
}
