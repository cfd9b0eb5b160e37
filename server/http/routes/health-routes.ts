/** Liveness, readiness and metrics. */

import type { Metrics } from "#server/observe/metrics.ts";
import { HttpError } from "../http-error.ts";
import type { Route } from "../router.ts";
import { SECURITY_HEADERS } from "../security-headers.ts";

export interface Readiness {
  /** True from the moment the server is told to stop: load balancers send no more. */
  draining: boolean;
}

export function healthRoutes(readiness: Readiness, metrics: Metrics): Route[] {
  const text = {
    ...SECURITY_HEADERS,
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
  };
  return [
    {
      method: "GET",
      pattern: "/healthz",
      access: "public",
      handle({ response }) {
        response.writeHead(200, text).end("ok\n");
      },
    },
    {
      method: "GET",
      pattern: "/readyz",
      access: "public",
      handle({ response }) {
        if (readiness.draining) throw new HttpError(503, "Porthole is stopping");
        response.writeHead(200, text).end("ok\n");
      },
    },
    {
      method: "GET",
      pattern: "/metrics",
      access: "guarded",
      async handle({ response }) {
        const body = await metrics.registry.metrics();
        response.writeHead(200, { ...text, "Content-Type": metrics.registry.contentType }).end(body);
      },
    },
  ];
}
