/**
 * A browser whose cookies leave no room in a request's head. A page of a sibling host, or of a pod for its own, can set
 * as many as a browser keeps, for a year, and every request is 431 then (threats.md A8). So that answer is a page with
 * one button; what the button asks for is answered although it brings the same cookies.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { html, sendPage, wantsPage } from "#server/preview/own-answers.ts";
import { HttpError } from "./http-error.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

const CLEAR_PATH = "/.porthole/clear-cookies";
/** With fewer it is another header that takes the room. */
const LARGE_COOKIES_CHARS = 8 * 1024;

/** Whether the refusal was for cookies and is answered; whoever asks has checked the Host. */
export function answerLargeCookies(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): boolean {
  const chars = request.headers.cookie?.length ?? 0;
  if (!(error instanceof HttpError) || error.httpStatus !== 431 || chars < LARGE_COOKIES_CHARS) return false;
  const clears = request.method === "POST" && request.url === CLEAR_PATH && isOwnClick(request);
  if (!clears && !wantsPage(request)) return false;
  request.resume();
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  if (clears) sendCleared(response);
  else sendTooLarge(response, chars);
  return true;
}

function sendTooLarge(response: ServerResponse, chars: number): void {
  const title = "Too many cookies for this address";
  const body = html`<h1>${title}</h1>
<p>Your browser sends ${Math.ceil(chars / 1024)} KiB of cookies with each request to this address. That is more than
Porthole reads, so it answers nothing. A page of a pod, or of another host of the same domain, has set them.</p>
<form method="post" action="${CLEAR_PATH}"><button>Clear the cookies</button></form>
<p>This clears the cookies of every host of this domain, and signs you out there. Nothing in a cluster changes.</p>`;
  sendPage(response, 431, { title, body, form: "'self'" });
}

function sendCleared(response: ServerResponse): void {
  response.setHeader("Clear-Site-Data", '"cookies"');
  const title = "The cookies are cleared";
  const body = html`<h1>${title}</h1>
<p>Open the link that Porthole printed when it started, or the port again in Porthole.</p>
<p>If the page before comes again, this browser clears cookies by hand alone: in its settings, for this address.</p>
<p><a href="/">Go on</a></p>`;
  sendPage(response, 200, { title, body });
}

/** From the page above, so that no other site signs anybody out. */
function isOwnClick({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  const { origin = "" } = headers;
  return URL.canParse(origin) && new URL(origin).host === headers.host;
}
