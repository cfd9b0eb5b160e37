/**
 * Porthole's own paths on a forward's origin, /.porthole/: the page that trades a code for the cookie. They are
 * answered here and never reach the pod.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { PreviewAuth } from "#server/access/preview-auth.ts";
import { Html, html, sendPage, sendStatus } from "./own-answers.ts";

const PREFIX = "/.porthole/";
const ENTER = "/.porthole/enter";
/** `{"code":"..."}` with 43 characters. */
const MAX_BODY_BYTES = 1_024;

/**
 * Takes the code from the fragment, and out of the address and the history, before anything else. The path is
 * resolved and compared here as well: the fragment is whatever the link says.
 */
const SCRIPT = `
(async () => {
  const given = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  const status = document.querySelector("#status");
  const answer = await fetch("${ENTER}", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code: given.get("code") }),
  }).catch(() => null);
  if (!answer || !answer.ok) {
    status.textContent = answer && answer.status === 401
      ? "This link was used already or is older than a minute. Open the port again in Porthole."
      : "Porthole does not answer. Open the port again in Porthole.";
    return;
  }
  const target = URL.canParse(given.get("path") ?? "/", location.origin)
    ? new URL(given.get("path") ?? "/", location.origin) : null;
  location.replace(target && target.origin === location.origin ? target.href : location.origin + "/");
})();
`;

/** Whether the path is ours; then it is not the pod's. */
export function isOwnPath(path: string): boolean {
  return path === PREFIX.slice(0, -1) || path.startsWith(PREFIX);
}

export async function serveOwnPath(
  request: IncomingMessage,
  response: ServerResponse,
  forwardId: string,
  ownOrigin: string,
  auth: PreviewAuth,
): Promise<void> {
  const path = (request.url ?? "").split("?", 1)[0];
  if (path !== ENTER) {
    sendStatus(response, 404, "NotFound", `nothing is at ${path?.slice(0, 100)}`);
  } else if (request.method === "GET") {
    const body = html`<h1>Opening the port</h1><p id="status" role="status">One moment.</p>
${new Html("<noscript><p>This page needs JavaScript to sign you in.</p></noscript>")}`;
    sendPage(response, 200, { title: "Opening the port", body, script: SCRIPT });
  } else if (request.method === "POST") {
    await enter(request, response, forwardId, ownOrigin, auth);
  } else {
    response.setHeader("Allow", "GET, POST");
    sendStatus(response, 405, "MethodNotAllowed", "this path takes GET and POST");
  }
}

async function enter(
  request: IncomingMessage,
  response: ServerResponse,
  forwardId: string,
  ownOrigin: string,
  auth: PreviewAuth,
): Promise<void> {
  // A form of another site can post neither this type nor this Origin, so it signs nobody in (A4, A8).
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    sendStatus(response, 415, "UnsupportedMediaType", "the body must be application/json");
    return;
  }
  if (request.headers.origin !== ownOrigin) {
    sendStatus(response, 403, "Forbidden", "this request does not come from the forward's own page");
    return;
  }
  const body = await readBody(request);
  const cookie = body === null ? null : auth.redeem(forwardId, readCode(body));
  if (cookie === null) {
    sendStatus(response, 401, "Unauthorized", "the code is not valid for this forward (any more)");
    return;
  }
  response.writeHead(204, { "Set-Cookie": cookie, "Cache-Control": "no-store" });
  response.end();
}

/** Null past the limit. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function readCode(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && "code" in value ? value.code : undefined;
  } catch {
    return undefined;
  }
}
