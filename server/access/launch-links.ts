/**
 * What opens Porthole to a browser: the launch token, and links that were made later. A link is good once, because a
 * link is seen: in a terminal, a browser's history, the list of processes (docs/threats.md A35). A machine's use of the
 * token as a bearer is no link and not counted; and a token that the person chose may be opened again, as they chose it.
 */
import { timingSafeEqual } from "node:crypto";
import { neverLog } from "#server/log.ts";
import { MemoryStore } from "#server/state/expiring-store.ts";
import { digest, isSecret, newSecret } from "./secret.ts";

export const LINK_LIFE_MS = 10 * 60_000;
/** The oldest make room: who made this many did not open the first. */
const MAX_LINKS = 100;
/** As of `openssl rand -base64 32`, without its `=`; hexadecimal ones are longer. What is short or simple was refused. */
const LONG_TOKEN_CHARS = 43;

export interface LaunchToken {
  value: string;
  /** Given by the person who started Porthole, not made at the start. */
  chosen: boolean;
}

export class LaunchLinks {
  readonly #token: Buffer;
  readonly #chosen: boolean;
  #tokenOpened = false;
  /** By the digest of the secret; false once it has opened a browser. */
  readonly #links = new MemoryStore<{ unused: boolean }>({ maxEntries: MAX_LINKS });

  constructor({ value, chosen }: LaunchToken) {
    neverLog(value);
    this.#token = Buffer.from(digest(value));
    this.#chosen = chosen;
  }

  isToken(value: string): boolean {
    return timingSafeEqual(Buffer.from(digest(value)), this.#token);
  }

  /** Right, and found by no guesser, however fast: made here, or as long as what is. */
  isBeyondGuessing(value: string): boolean {
    if (this.isToken(value)) return !this.#chosen || value.length >= LONG_TOKEN_CHARS;
    return isSecret(value) && this.#links.get(digest(value)) !== undefined;
  }

  /** The secret of a link that opens one browser within LINK_LIFE_MS. */
  mint(): { secret: string; expiresAt: number } {
    const secret = newSecret();
    neverLog(secret);
    this.#links.put(digest(secret), { unused: true }, LINK_LIFE_MS);
    return { secret, expiresAt: Date.now() + LINK_LIFE_MS };
  }

  /** "spent": it was right, and has opened a browser before. Asking spends it. */
  open(value: unknown): "opens" | "spent" | "wrong" {
    if (typeof value !== "string") return "wrong";
    if (this.isToken(value)) {
      const opens = this.#chosen || !this.#tokenOpened;
      this.#tokenOpened = true;
      return opens ? "opens" : "spent";
    }
    const link = isSecret(value) ? this.#links.get(digest(value)) : undefined;
    if (!link) return "wrong";
    const opens = link.unused;
    link.unused = false;
    return opens ? "opens" : "spent";
  }
}
