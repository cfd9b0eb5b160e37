/**
 * One-time tickets for WebSockets. A browser cannot set headers on one and sends cookies to it from any page, so
 * the page fetches a ticket first, with a header no other origin can send (threats.md A1, A2, A18). It travels as
 * a pseudo-subprotocol, never in the URL.
 */
import { randomBytes } from "node:crypto";
import { TICKET_PREFIX } from "#protocol/subprotocol.ts";

export const TICKET_LIFE_MS = 30_000;
const MAX_TICKETS = 1_000;

interface Ticket {
  browser: string;
  path: string;
  expiresAt: number;
}

export class Tickets {
  readonly #tickets = new Map<string, Ticket>();

  /** @param path the exact path of the WebSocket, without query */
  mint(browser: string, path: string): { ticket: string; expiresAt: number } {
    this.#prune();
    const ticket = randomBytes(32).toString("base64url");
    const expiresAt = Date.now() + TICKET_LIFE_MS;
    this.#tickets.set(ticket, { browser, path, expiresAt });
    return { ticket, expiresAt };
  }

  /** Spends the ticket among the offered subprotocols; true when it is good for this browser and path. */
  redeem(offered: readonly string[], browser: string, path: string): boolean {
    const held = offered.filter((name) => name.startsWith(TICKET_PREFIX));
    if (held.length !== 1) return false;
    const ticket = held[0]!.slice(TICKET_PREFIX.length);
    const found = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return (
      found !== undefined && found.browser === browser && found.path === path && found.expiresAt > Date.now()
    );
  }

  /** Drops the expired, and the oldest when there are too many. */
  #prune(): void {
    const now = Date.now();
    for (const [ticket, { expiresAt }] of this.#tickets) {
      if (expiresAt > now && this.#tickets.size < MAX_TICKETS) break;
      this.#tickets.delete(ticket);
    }
  }
}
