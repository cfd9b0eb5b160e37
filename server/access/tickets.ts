/**
 * One-time tickets for WebSockets. A browser cannot set headers on one and sends cookies to it from any page, so
 * the page fetches a ticket first, with a header no other origin can send (threats.md A1, A2, A18). It travels as
 * a pseudo-subprotocol, never in the URL.
 */
import { TICKET_PREFIX } from "#protocol/subprotocol.ts";
import { MemoryStore } from "#server/state/expiring-store.ts";
import { newSecret } from "./secret.ts";

export const TICKET_LIFE_MS = 30_000;
const MAX_TICKETS = 1_000;

interface Ticket {
  browser: string;
  path: string;
}

export class Tickets {
  readonly #tickets = new MemoryStore<Ticket>({ maxEntries: MAX_TICKETS });

  /** @param path the exact path of the WebSocket, without query */
  mint(browser: string, path: string): { ticket: string; expiresAt: number } {
    const ticket = newSecret();
    this.#tickets.put(ticket, { browser, path }, TICKET_LIFE_MS);
    return { ticket, expiresAt: Date.now() + TICKET_LIFE_MS };
  }

  /** Spends the ticket among the offered subprotocols; true when it is good for this browser and path. */
  redeem(offered: readonly string[], browser: string, path: string): boolean {
    const held = offered.filter((name) => name.startsWith(TICKET_PREFIX));
    if (held.length !== 1) return false;
    const found = this.#tickets.take(held[0]!.slice(TICKET_PREFIX.length));
    return found !== undefined && found.browser === browser && found.path === path;
  }
}
