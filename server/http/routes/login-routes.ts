/** Signing a browser in and out, links that sign one in, and tickets for its WebSockets. */
import type { LaunchLink, LoginAnswer, LoginInfo, TicketInfo } from "#protocol/api.ts";
import type { Auth } from "#server/access/auth.ts";
import { HttpError } from "../http-error.ts";
import { readJson } from "../request-body.ts";
import { type Route, sendJson, sendNothing } from "../router.ts";

const MAX_PATH_CHARS = 512;

export function loginRoutes(auth: Auth, info: LoginInfo): Route[] {
  return [
    {
      method: "POST",
      pattern: "/api/login",
      access: "public",
      async handle({ request, response }) {
        const { token } = await readJson(request);
        const { setCookie, key } = auth.login(token, request);
        sendJson(response, 200, { ...info, key } satisfies LoginAnswer, cookieHeader(setCookie));
      },
    },
    {
      method: "GET",
      pattern: "/api/session",
      access: "guarded",
      handle({ response, caller }) {
        if (caller.kind !== "browser") throw new HttpError(400, "a bearer token needs no session");
        sendJson(response, 200, info);
      },
    },
    {
      method: "POST",
      pattern: "/api/logout",
      access: "guarded",
      handle({ request, response }) {
        sendNothing(response, cookieHeader(auth.logout(request)));
      },
    },
    {
      method: "POST",
      pattern: "/api/links",
      access: "guarded",
      handle({ response, caller }) {
        // Whoever signs out leaves nothing behind, no way in either.
        if (caller.kind !== "machine")
          throw new HttpError(403, "links are made for the launch token as a bearer");
        sendJson(response, 201, auth.mintLaunchLink() satisfies LaunchLink);
      },
    },
    {
      method: "POST",
      pattern: "/api/tickets",
      access: "guarded",
      async handle({ response, caller, readJson }) {
        const { path } = await readJson();
        if (typeof path !== "string" || !path.startsWith("/") || path.length > MAX_PATH_CHARS) {
          throw new HttpError(400, "path must be the WebSocket's path");
        }
        sendJson(response, 201, auth.tickets.mint(caller.id, path) satisfies TicketInfo);
      },
    },
  ];
}

function cookieHeader(setCookie: string | null): Record<string, string> {
  return setCookie === null ? {} : { "Set-Cookie": setCookie };
}
