/**
 * Porthole's own paths on a forward's origin, /.porthole/: the page that trades a code for the cookie. They are
 * answered here and never reach the pod.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { PreviewAuth } from "#server/access/preview-auth.ts";
import { html, sendPage, sendStatus } from "./own-answers.ts";
import { isPreviewPath } from "./preview-path.ts";

const PREFIX = "/.porthole/";
const ENTER = "/.porthole/enter";
/** A code has 43 characters; a path may be long, and each of its characters three. */
const MAX_BODY_BYTES = 8 * 1_024;

/**
 * Takes the code from the fragment, and out of the address and the history, before anything else. The page has an origin
 * of its own (its policy's `sandbox`): on the forward's origin a service worker of the pod would find it among its clients,
 * address and all, and so would a page that holds this window (threats.md A38). So it cannot ask by script and sends a form.
 */
const TAKE_CODE = `
(() => {
  const given = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  const form = document.querySelector("form");
  for (const name of ["code", "path"]) form.elements.namedItem(name).value = given.get(name) ?? "";
  form.submit();
})();
`;
/** From a page of the forward's own, so that the pod's strict cookies come along. */
const GO_ON = `
location.replace(document.querySelector("a").href);
`;
const GONE = "This link was used already or is older than a minute. Open the port again in Porthole.";

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
    const body = html`<h1>Opening the port</h1><p role="status">One moment.</p>
<form method="post"><input type="hidden" name="code"><input type="hidden" name="path"></form>
<noscript><p>This page needs JavaScript to sign you in.</p></noscript>`;
    const sandbox = "allow-scripts allow-forms";
    sendPage(response, 200, { title: "Opening the port", body, script: TAKE_CODE, form: ownOrigin, sandbox });
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
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  const { origin } = request.headers;
  const isForm = type === "application/x-www-form-urlencoded";
  if (!isForm && type !== "application/json") {
    sendStatus(response, 415, "UnsupportedMediaType", "the body must be application/json or a form");
    return;
  }
  // "null" is the page above. Others can be nobody too; without a code they sign nobody in, and with one a link would do.
  if (origin !== ownOrigin && !(isForm && origin === "null")) {
    sendStatus(response, 403, "Forbidden", "this request does not come from the forward's own page");
    return;
  }
  const body = await readBody(request);
  const given = body === null ? {} : isForm ? Object.fromEntries(new URLSearchParams(body)) : readJson(body);
  const cookie = auth.redeem(forwardId, given.code);
  if (cookie === null) {
    if (isForm) sendPage(response, 401, { title: "Not signed in", body: html`<h1>${GONE}</h1>` });
    else sendStatus(response, 401, "Unauthorized", "the code is not valid for this forward (any more)");
    return;
  }
  response.setHeader("Set-Cookie", cookie);
  if (isForm) {
    const path = isPreviewPath(given.path) ? given.path : "/";
    const page = html`<h1>Opening the port</h1><p><a href="${path}">Go on</a></p>`;
    sendPage(response, 200, { title: "Opening the port", body: page, script: GO_ON });
    return;
  }
  response.writeHead(204, { "Cache-Control": "no-store" });
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

function readJson(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
