/** Every stream to an API server, open and lately ended: which way it went, why, and who closed it. */

import type { StreamLog } from "#server/observe/stream-log.ts";
import { type Route, sendJson } from "../router.ts";

export function streamRoutes(streams: StreamLog): Route[] {
  return [
    {
      method: "GET",
      pattern: "/api/streams",
      access: "guarded",
      handle: ({ response }) => sendJson(response, 200, { streams: streams.list() }),
    },
  ];
}
