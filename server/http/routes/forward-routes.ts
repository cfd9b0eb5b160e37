/** A pod's port in the browser: POST /api/forwards and what follows. The previews themselves are in preview/. */

import type { ForwardLink, ForwardRequest } from "#protocol/api.ts";
import { accessErrorOf } from "#server/access/access-error.ts";
import type { Addresses } from "#server/access/addresses.ts";
import { podRight } from "#server/access/grant.ts";
import type { Grants } from "#server/access/grants.ts";
import type { PreviewAuth } from "#server/access/preview-auth.ts";
import type { ForwardRegistry } from "#server/forward/forward-registry.ts";
import { requireName, requirePort } from "#server/kube/names.ts";
import type { Cluster, ClusterRegistry } from "#server/kube/types.ts";
import type { ObservedDialer } from "#server/observe/observed-dialer.ts";
import { previewLink } from "#server/preview/preview-path.ts";
import type { PreviewedPorts } from "#server/preview/previewed-port.ts";
import { HttpError } from "../http-error.ts";
import { type Route, sendJson, sendNothing } from "../router.ts";
import { findCluster } from "./cluster-routes.ts";
import { GrantedTunnels } from "./granted-tunnels.ts";

export interface ForwardRoutesOptions {
  clusters: ClusterRegistry;
  forwards: ForwardRegistry;
  previews: PreviewedPorts;
  previewAuth: PreviewAuth;
  grants: Grants;
  dialerOf(cluster: Cluster): ObservedDialer;
  addresses: Addresses;
  /** Whether `listen` may open a TCP port: the server is the person's own machine. */
  mayListen: boolean;
}

export function forwardRoutes(options: ForwardRoutesOptions): Route[] {
  const { forwards, previews, clusters } = options;
  return [
    {
      method: "POST",
      pattern: "/api/forwards",
      access: "guarded",
      async handle({ response, caller, signal, readJson }) {
        const wanted = readRequest(await readJson());
        if (wanted.listen && !options.mayListen) {
          throw new HttpError(
            403,
            "listen is for a Porthole on your own machine: this one is open to others (--behind-proxy, --host or --public-url)",
          );
        }
        const cluster = findCluster(clusters, wanted.cluster, caller);
        const pod = wanted.kind === "Pod" ? wanted.name : undefined;
        await options.grants.check(cluster, podRight("portforward", wanted.namespace, pod), signal);
        const grant = options.grants.underSignIn(caller, cluster.name);
        const dialer = new GrantedTunnels(options.grants, caller, cluster, options.dialerOf);
        const forward = await forwards
          .create({ request: wanted, grant, cluster, dialer })
          .catch((error: unknown) => {
            grant.release();
            throw error;
          });
        if (grant.ended) throw accessErrorOf(grant.ended);
        sendJson(response, 201, previews.info(forward), { Location: `/api/forwards/${forward.id}` });
      },
    },
    {
      method: "GET",
      pattern: "/api/forwards",
      access: "guarded",
      handle: ({ response }) =>
        sendJson(response, 200, { forwards: forwards.list().map((one) => previews.info(one)) }),
    },
    {
      method: "GET",
      pattern: "/api/forwards/{id}",
      access: "guarded",
      handle: ({ params, response }) => sendJson(response, 200, previews.info(forwards.require(params.id!))),
    },
    {
      method: "DELETE",
      pattern: "/api/forwards/{id}",
      access: "guarded",
      async handle({ params, response }) {
        await forwards.delete(params.id!);
        sendNothing(response);
      },
    },
    {
      method: "POST",
      pattern: "/api/forwards/{id}/open",
      access: "guarded",
      async handle({ response, params, caller, readJson }) {
        const { path = "/" } = await readJson();
        const forward = forwards.require(params.id!);
        const origin = options.addresses.previewOrigin(forward.id);
        if (!origin) throw new HttpError(409, "previews are off: start Porthole with --preview-domain");
        const url = previewLink(origin, options.previewAuth.mintCode(forward, caller), path);
        sendJson(response, 200, { url } satisfies ForwardLink);
      },
    },
  ];
}

/** Names and ports are checked here as well as by the registry: what cannot be right is not tried. */
function readRequest(body: Record<string, unknown>): ForwardRequest {
  if (typeof body.cluster !== "string")
    throw new HttpError(400, "cluster is missing: the kubeconfig context's name");
  if (body.listen !== undefined && typeof body.listen !== "boolean")
    throw new HttpError(400, "listen is true or false");
  return {
    cluster: body.cluster,
    namespace: requireName("namespace", body.namespace),
    kind: typeof body.kind === "string" ? body.kind : "Pod",
    name: requireName("name", body.name),
    port: requirePort(body.port),
    listen: body.listen === true,
  };
}
