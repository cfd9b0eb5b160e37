/**
 * Porthole's own answers on a forward's origin: small pages and Status JSON. They stand among pages that a pod
 * wrote, so they carry a policy of their own and nothing in them is taken from a request unescaped.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { markHidden } from "#protocol/hidden-characters.ts";
import { failureStatus } from "#protocol/status.ts";

/** Text that is HTML already. Made only by html`` below. */
class Html {
  constructor(readonly text: string) {}
}

/** A template whose values are escaped, except those that are Html already. */
export function html(parts: TemplateStringsArray, ...values: (string | number | Html | Html[])[]): Html {
  const filled = parts.map(
    (part, index) => part + (index < values.length ? render(values[index] ?? "") : ""),
  );
  return new Html(filled.join(""));
}

function render(value: string | number | Html | Html[]): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map((item) => item.text).join("");
  return markHidden(String(value)).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  font: 16px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 40rem; padding: 2rem; overflow-wrap: anywhere; }
h1 { font-size: 1.375rem; line-height: 1.3; margin: 0 0 .75rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1.5rem 0; }
dt { opacity: .7; }
dd { margin: 0; }
pre { white-space: pre-wrap; padding: .75rem 1rem; border: 1px solid; border-radius: .5rem; opacity: .8;
  font: .8125rem/1.5 ui-monospace, monospace; }
`;

export interface Page {
  title: string;
  body: Html;
  /** The only script of the page; the policy names its hash. */
  script?: string;
  /** Where its form may be sent; nowhere when absent. */
  form?: string;
  /** What the page may do, which then has an origin of its own. */
  sandbox?: string;
  /** Who may show the page in a frame; nobody when absent. */
  frameAncestor?: string;
}

export function sendPage(response: ServerResponse, httpStatus: number, page: Page): void {
  const script = page.script ? new Html(`<script>${page.script}</script>`) : "";
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${page.title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body><main>${page.body}</main>${script}</body>
</html>
`;
  send(response, httpStatus, "text/html; charset=utf-8", document.text, policy(page));
}

/** Status JSON, for whoever does not show pages. */
export function sendStatus(
  response: ServerResponse,
  httpStatus: number,
  reason: string,
  message: string,
): void {
  const body = `${JSON.stringify(failureStatus(httpStatus, reason, message))}\n`;
  send(response, httpStatus, "application/json", body, "default-src 'none'; frame-ancestors 'none'");
}

/** Whether a person will look at the answer. */
export function wantsPage(request: IncomingMessage): boolean {
  const dest = request.headers["sec-fetch-dest"];
  if (dest !== undefined && dest !== "document" && dest !== "iframe") return false;
  return (request.headers.accept ?? "").includes("text/html");
}

function send(response: ServerResponse, httpStatus: number, type: string, body: string, csp: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(httpStatus, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Content-Security-Policy": csp,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
  });
  response.end(body);
}

function policy({ script, form, sandbox, frameAncestor }: Page): string {
  return [
    "default-src 'none'",
    `style-src '${sourceHash(STYLE)}'`,
    ...(script ? [`script-src '${sourceHash(script)}'`] : []),
    ...(sandbox ? [`sandbox ${sandbox}`] : []),
    "base-uri 'none'",
    `form-action ${form ?? "'none'"}`,
    `frame-ancestors ${frameAncestor ?? "'none'"}`,
  ].join("; ");
}

function sourceHash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
