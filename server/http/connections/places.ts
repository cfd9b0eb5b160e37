/** Who has a place, and whose is given to the next (threats.md A28). */
import type { Connection } from "./connection.ts";
import type { ConnectionLimits } from "./limits.ts";

/** Closed at once when one place is short: looking through all of them costs too much for each that comes. */
const BATCH_SHARE = 0.01;
/** Up to so many connections no address is greedier than another: a browser's are not worth less than a robot's one. */
const FAIR_PER_ADDRESS = 16;

type PlacesLimits = Pick<ConnectionLimits, "total" | "strangers" | "strangersPerAddress">;

export class Places {
  /** In the order of their last request: the first is the one that has been of no use for longest. */
  readonly #strangers = new Set<Connection>();
  readonly #signedIn = new Set<Connection>();
  /** Of strangers. */
  readonly #perAddress = new Map<string, number>();

  constructor(
    private readonly limits: PlacesLimits,
    /** Has it leave as well. */
    private readonly close: (connection: Connection) => void,
  ) {}

  *[Symbol.iterator](): Generator<Connection> {
    yield* this.#strangers;
    yield* this.#signedIn;
  }

  /** @returns false when there is no place, and none to be made; the connection is closed then */
  take(connection: Connection): boolean {
    const { total, strangers, strangersPerAddress } = this.limits;
    const { address } = connection;
    const ofAddress = this.#perAddress.get(address) ?? 0;
    if (ofAddress >= strangersPerAddress) this.#closeStrangers(batch(strangersPerAddress), address);
    if (this.#strangers.size >= strangers || this.#size >= total) {
      this.#closeStrangers(batch(total), this.greediest());
    }
    if (this.#size >= total) this.#closeIdle(batch(total));
    if (this.#size >= total) {
      this.close(connection);
      return false;
    }
    this.#addStranger(connection);
    return true;
  }

  leave(connection: Connection): void {
    if (this.#strangers.delete(connection)) this.#count(connection, -1);
    this.#signedIn.delete(connection);
  }

  /** A request came: until its handler says who asks, nobody does. */
  used(connection: Connection): void {
    if (!this.#has(connection)) return;
    this.leave(connection);
    if (connection.signedIn) this.#signedIn.add(connection);
    else this.#addStranger(connection);
  }

  know(connection: Connection): void {
    connection.signedIn = true;
    this.used(connection);
  }

  get #size(): number {
    return this.#strangers.size + this.#signedIn.size;
  }

  #has(connection: Connection): boolean {
    return this.#strangers.has(connection) || this.#signedIn.has(connection);
  }

  #addStranger(connection: Connection): void {
    this.#strangers.add(connection);
    this.#count(connection, 1);
  }

  #count({ address }: Connection, change: number): void {
    const count = (this.#perAddress.get(address) ?? 0) + change;
    if (count > 0) this.#perAddress.set(address, count);
    else this.#perAddress.delete(address);
  }

  /** Null when none has more than its fair share. */
  greediest(): string | null {
    let most = FAIR_PER_ADDRESS;
    let found: string | null = null;
    for (const [address, count] of this.#perAddress) if (count > most) [found, most] = [address, count];
    return found;
  }

  /** @param address of theirs alone; null for the oldest of all */
  #closeStrangers(count: number, address: string | null): void {
    const victims: Connection[] = [];
    for (const connection of this.#strangers) {
      if (victims.length >= count) break;
      if (address === null || connection.address === address) victims.push(connection);
    }
    this.#closeAll(victims);
  }

  /** Of who is signed in: those between two requests. */
  #closeIdle(count: number): void {
    const victims: Connection[] = [];
    for (const connection of this.#signedIn) {
      if (victims.length >= count) break;
      if (connection.spare) victims.push(connection);
    }
    this.#closeAll(victims);
  }

  #closeAll(victims: readonly Connection[]): void {
    for (const connection of victims) this.close(connection);
  }
}

function batch(limit: number): number {
  return Math.max(1, Math.ceil(limit * BATCH_SHARE));
}
