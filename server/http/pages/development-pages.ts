/**
 * `npm run dev`: the same server around Next, which gets what the page needs and never one of our upgrades. Everything
 * else that Next answers in development is refused, because it asks nobody who they are (threats.md A36): it opens files
 * in an editor, reads sources and source maps, restarts, and takes commands by MCP.
 */
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HttpError } from "../http-error.ts";
import type { PageHandler } from "../request-listener.ts";
import { developmentPolicy, SECURITY_HEADERS } from "../security-headers.ts";

/** What is used of Next. Its own types would widen NodeJS.ProcessEnv for the whole server. */
type CreateNext = (options: { dev: true; hostname: string; port: number; httpServer: EventEmitter }) => {
  prepare(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

const NEXT: string = "next";
/** What a browser gets in production as well: scripts, styles and fonts, here with the source maps of scripts. */
const BUILT = /^\/_next\/static\/[^/]/;
/** Next's own, by its two prefixes, wherever they stand. Paths come here in their normal form alone. */
const NEXTS_OWN = /\/_(next|_next)/i;
const RELOADS = "/_next/hmr";

export interface DevelopmentOptions {
  hostname: string;
  port: number;
  /** For connect-src. */
  socketOrigins: readonly string[];
  /** Compiling takes its time, and the socket that reloads the page stays open (A28). */
  know(socket: Duplex): void;
}

/** Whether Next may answer a request for this path. */
export function isForNext(path: string): boolean {
  return BUILT.test(path) || !NEXTS_OWN.test(path);
}

export async function createDevelopmentPages({ hostname, port, socketOrigins, know }: DevelopmentOptions) {
  const { default: next } = (await import(NEXT)) as { default: CreateNext };
  // Next adds its own `upgrade` listener to the server it is given and ends sockets on paths it routes: it gets this.
  const upgrades = new EventEmitter();
  const app = next({ dev: true, hostname, port, httpServer: upgrades });
  await app.prepare();
  const handle = app.getRequestHandler();
  const headers = { ...SECURITY_HEADERS, "Content-Security-Policy": developmentPolicy(socketOrigins) };
  const page: PageHandler = async (request, response, path) => {
    if (!isForNext(path)) throw new HttpError(403, "this path of the framework is closed");
    know(request.socket);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    await handle(request, response);
    return true;
  };
  /** Whoever calls has checked the Host and the Origin. */
  const decoy = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split("?", 1)[0] !== RELOADS) return false;
    know(socket);
    return upgrades.emit("upgrade", request, socket, head);
  };
  return { page, decoy };
}
