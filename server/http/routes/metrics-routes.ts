/** The metrics, for whoever has the launch token; liveness and readiness are in ../probes.ts. */
import type { Metrics } from "#server/observe/metrics.ts";
import type { Route } from "../router.ts";
import { SECURITY_HEADERS } from "../security-headers.ts";

export function metricsRoutes({ registry }: Metrics): Route[] {
  return [
    {
      method: "GET",
      pattern: "/metrics",
      access: "guarded",
      async handle({ response }) {
        const body = await registry.metrics();
        response.writeHead(200, {
          ...SECURITY_HEADERS,
          "Content-Type": registry.contentType,
          "Cache-Control": "no-store",
        });
        response.end(body);
      },
    },
  ];
}
