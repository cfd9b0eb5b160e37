/** `npm run dev`: the same server around Next, which gets page requests and never one of our upgrades. */
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { PageHandler } from "../request-listener.ts";

/** What is used of Next. Its own types would widen NodeJS.ProcessEnv for the whole server. */
type CreateNext = (options: { dev: true; hostname: string; port: number; httpServer: EventEmitter }) => {
  prepare(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

const NEXT: string = "next";

export async function createDevelopmentPages(hostname: string, port: number) {
  const { default: next } = (await import(NEXT)) as { default: CreateNext };
  // Next adds its own `upgrade` listener to the server it is given and ends sockets on paths it routes: it gets this.
  const upgrades = new EventEmitter();
  const app = next({ dev: true, hostname, port, httpServer: upgrades });
  await app.prepare();
  const handle = app.getRequestHandler();
  const page: PageHandler = async (request, response) => {
    await handle(request, response);
    return true;
  };
  const decoy = (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    upgrades.emit("upgrade", request, socket, head);
  return { page, decoy };
}
