/** A real OpenID Connect provider (the library oidc-provider) over TLS, without its login pages: a login is made by the test. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { onTestFinished } from "vitest";
import type { Pair } from "./certificates.ts";

export const CLIENT = { id: "porthole:test", secret: "client+secret/of the test" };

export interface IdentityProvider {
  issuer: string;
  /** Requests to the token endpoint that gave a token. */
  refreshes: () => number;
  /** A login of this person, who was given a refresh token. */
  login(person: string): Promise<string>;
  close(): Promise<void>;
}

export async function startIdentityProvider(
  pair: Pair,
  { idTokenSeconds = 3600, rotate = false, method = "client_secret_basic" } = {},
): Promise<IdentityProvider> {
  const server = createServer(pair);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ["refresh_token", "authorization_code"],
        redirect_uris: ["https://127.0.0.1/callback"],
        token_endpoint_auth_method: method,
      },
    ],
    cookies: { keys: ["a key of the test"] },
    findAccount: async (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ sub }),
    }),
    rotateRefreshToken: rotate,
    ttl: { IdToken: idTokenSeconds, RefreshToken: 3600, Grant: 3600, AccessToken: 3600 },
  });
  let refreshes = 0;
  provider.on("grant.success", () => {
    refreshes += 1;
  });
  server.on("request", provider.callback());
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return {
    issuer,
    refreshes: () => refreshes,
    close,
    async login(person) {
      const grant = new provider.Grant({ accountId: person, clientId: CLIENT.id });
      grant.addOIDCScope("openid offline_access");
      const grantId = await grant.save();
      const client = await provider.Client.find(CLIENT.id);
      const token = new provider.RefreshToken({
        accountId: person,
        client,
        grantId,
        gty: "authorization_code",
        scope: "openid offline_access",
        iiat: Math.floor(Date.now() / 1_000),
      });
      return await token.save();
    },
  };
}
