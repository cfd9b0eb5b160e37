/**
 * The server is told to stop (threats.md C6): from then on nothing new is begun, and what is open goes on until a
 * deadline (porthole.ts). What runs is counted here, because a server that nobody is connected to need not wait.
 */
import { AccessError } from "#server/access/access-error.ts";
import { flag } from "./kube-api/lasting-read.ts";
import { matchPath } from "./router.ts";

/** POST to these begins something that outlives its answer. */
const BEGINNINGS = ["/api/sessions", "/api/forwards", "/api/forwards/{id}/open", "/api/doctor"];
/** Who comes back to a terminal begins nothing. */
const SESSION_STREAM = "/api/sessions/{id}/stream";

const stopping = () => new AccessError("STOPPING", "Porthole is stopping: ask again in a moment");

interface Closable {
  readonly closed: boolean;
  once(event: "close", hook: () => void): unknown;
}

export class Drain {
  readonly #inside = new Set<Closable>();
  #begun = false;

  get begun(): boolean {
    return this.#begun;
  }

  /** Requests that are being answered, and connections that were upgraded. */
  get busy(): number {
    return this.#inside.size;
  }

  begin(): void {
    this.#begun = true;
  }

  enter(one: Closable): void {
    if (one.closed) return;
    this.#inside.add(one);
    one.once("close", () => this.#inside.delete(one));
  }

  /** @throws AccessError STOPPING for what would begin now */
  refuseRequest(method: string | undefined, { pathname, searchParams }: URL): void {
    const begins =
      method === "POST"
        ? BEGINNINGS.some((pattern) => matchPath(pattern, pathname) !== null)
        : pathname.startsWith("/clusters/") && (flag(searchParams, "watch") || flag(searchParams, "follow"));
    if (this.begun && begins) throw stopping();
  }

  /** @param url null: of a preview. @throws AccessError STOPPING */
  refuseUpgrade(url: URL | null): void {
    const returns = url !== null && matchPath(SESSION_STREAM, url.pathname) !== null;
    if (this.begun && !returns) throw stopping();
  }
}
