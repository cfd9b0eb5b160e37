/**
 * One-time tickets for WebSockets. A browser cannot set headers on one, so the page fetches a ticket first, with a header
 * no other origin can send (threats.md A1, A2, A18). It travels as a pseudo-subprotocol, never in the URL, and names the
 * browser it was given to.
 */
import { TICKET_PREFIX } from "#protocol/subprotocol.ts";
import { MemoryStore } from "#server/state/expiring-store.ts";
import { digest, newSecret } from "./secret.ts";

export const TICKET_LIFE_MS = 30_000;
const MAX_TICKETS = 1_000;

interface Ticket {
  browser: string;
  path: string;
}

export class Tickets {
  /** By the SHA-256, so that a look-up's timing tells nothing of a ticket. */
  readonly #tickets = new MemoryStore<Ticket>({
    maxEntries: MAX_TICKETS,
    ownerOf: ({ browser }) => browser,
  });

  /** @param path the exact path of the WebSocket, without query */
  mint(browser: string, path: string): { ticket: string; expiresAt: number } {
    const ticket = newSecret();
    this.#tickets.put(digest(ticket), { browser, path }, TICKET_LIFE_MS);
    return { ticket, expiresAt: Date.now() + TICKET_LIFE_MS };
  }

  /** Spends the ticket among the offered subprotocols. @returns whose it is; null when it is not good for this path */
  redeem(offered: readonly string[], path: string): string | null {
    const held = offered.filter((name) => name.startsWith(TICKET_PREFIX));
    if (held.length !== 1) return null;
    const found = this.#tickets.take(digest(held[0]!.slice(TICKET_PREFIX.length)));
    return found?.path === path ? found.browser : null;
  }
}
