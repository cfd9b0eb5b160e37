/** How far a cluster's login is, for the page that shows it, and what a person says to it (protocol/credential.ts). */
import type { CredentialAction, CredentialInfo } from "#protocol/credential.ts";
import type { Caller } from "#server/access/caller.ts";
import { abortable } from "#server/kube/api/abortable.ts";
import type { ClusterRegistry, Login } from "#server/kube/types.ts";
import { HttpError } from "../http-error.ts";
import { type Route, sendJson } from "../router.ts";
import { findContext } from "./cluster-routes.ts";

/** A request that waits for news is answered by then: proxies cut what is quiet for a minute. */
const MAX_WAIT_MS = 25_000;
const ACTIONS: readonly CredentialAction[] = ["allow", "retry", "cancel"];
const PATTERN = "/api/clusters/{cluster}/credential";

export function credentialRoutes(clusters: ClusterRegistry): Route[] {
  return [
    {
      method: "GET",
      pattern: PATTERN,
      access: "guarded",
      async handle(exchange) {
        const { params, query, response, caller, signal } = exchange;
        const login = loginOf(clusters, params.cluster!, caller);
        const after = query.get("after");
        if (login && after !== null) {
          const limit = AbortSignal.any([signal, AbortSignal.timeout(MAX_WAIT_MS)]);
          await abortable(login.next(readVersion(after), limit), signal);
        }
        if (!response.destroyed) sendJson(response, 200, login?.info() ?? idle());
      },
    },
    {
      method: "POST",
      pattern: PATTERN,
      access: "guarded",
      async handle({ params, response, caller, readJson }) {
        const { action, hash } = await readJson();
        const login = loginOf(clusters, params.cluster!, caller);
        const chosen = ACTIONS.find((one) => one === action);
        if (!chosen) throw new HttpError(400, `action is ${ACTIONS.join(" or ")}`);
        if (!login) throw new HttpError(404, "this cluster's credential comes without a program");
        await login.act(chosen, typeof hash === "string" ? hash : undefined);
        sendJson(response, 200, login.info());
      },
    },
  ];
}

/** The program is the context's own: who acts for themselves has nothing to do with it. */
function loginOf(clusters: ClusterRegistry, name: string, { identity }: Caller): Login | undefined {
  const context = findContext(clusters, name);
  return identity === null ? context.login : undefined;
}

function readVersion(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new HttpError(400, "after is the version that is known");
}

function idle(): CredentialInfo {
  return { state: "idle", version: 0, since: 0, waiting: 0, lines: [] };
}
