/** Every stream to an API server, open and lately ended: which way it went, why, and who closed it. */
import { type Route, sendJson } from "./router";
import type { StreamLog } from "./stream-log";

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
