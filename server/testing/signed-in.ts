/** People who are signed in, until a test signs them out. */
import { setMaxListeners } from "node:events";
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { Caller } from "#server/access/caller.ts";
import { Grant } from "#server/access/grant.ts";

export class SignedIn {
  readonly #over = new Map<string, AbortController>();

  /** Signs in who is not. */
  caller(id = "ann"): Caller {
    let over = this.#over.get(id);
    if (!over) {
      over = new AbortController();
      setMaxListeners(0, over.signal);
      this.#over.set(id, over);
    }
    return { id, kind: "browser", identity: null, signal: over.signal };
  }

  /** Something that ends when the test ends it, or with the sign-in. */
  grant(id = "ann"): Grant {
    return new Grant(this.caller(id), "demo", null);
  }

  /** Null for who is not. */
  find(id: string): Caller | null {
    return this.#over.has(id) ? this.caller(id) : null;
  }

  signOut(id = "ann"): void {
    const over = this.#over.get(id);
    this.#over.delete(id);
    over?.abort({ cause: "signed-out", words: "you signed out" } satisfies StreamEnd);
  }
}
