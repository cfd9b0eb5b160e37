/** Every terminal session of this server, found by its id; the only owner of their lifetimes. */
import { randomBytes } from "node:crypto";
import type { SessionInfo } from "#protocol/api.ts";
import { CodedError } from "#protocol/coded-error.ts";
import type { TerminalSize } from "#protocol/resize.ts";
import type { StreamPath } from "#protocol/session-event.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { Caller } from "#server/access/caller.ts";
import { type Grant, STOPPED } from "#server/access/grant.ts";
import type { Logger } from "#server/log.ts";
import type { ChannelSocket, ExecConnection, ExecDialer } from "#server/stream/types.ts";
import { RING_BYTES } from "./output-ring.ts";
import { Session } from "./session.ts";
import { ENDED_BY_PERSON } from "./session-end.ts";
import type { SessionTarget } from "./session-target.ts";
import type { ViewerOptions } from "./viewer.ts";

const MAX_SESSIONS = 2_000;
/** What is kept of the output of sessions that are over, together: 128 that wrote much, or all that wrote little. */
const MAX_ENDED_BYTES = 128 * RING_BYTES;
const DETACH_GRACE_MINUTES = 15;
/** A session nobody looks at is ended after this long: a closed lid, not a forgotten shell. */
export const DETACH_GRACE_MS = DETACH_GRACE_MINUTES * 60_000;
/** The end stays readable for a page that comes back. */
export const ENDED_KEEP_MS = 10 * 60_000;

const NOBODY_LOOKED: StreamEnd = {
  cause: "limit",
  words: `nobody looked at it for ${DETACH_GRACE_MINUTES} minutes`,
};

export type SessionErrorCode =
  /** As many sessions are held as the server may hold. */
  | "LIMIT"
  /** There is no session with this id (any more). */
  | "NOT_FOUND";

export class SessionError extends CodedError<SessionErrorCode> {
  override readonly name = "SessionError";
}

interface Entry {
  id: string;
  target: SessionTarget;
  admit: SessionPlace["admit"];
  session: Session;
  /** The caller's id. */
  owner: string;
  expiry: NodeJS.Timeout | null;
}

/** Through what a session runs, and by whose right. */
export interface SessionPlace {
  dialer: ExecDialer;
  grant: Grant;
  /**
   * Asks whether another may look on, at the API server it runs at: the name of its context may belong to another one
   * by then, whose yes means nothing here.
   */
  admit(caller: Caller, signal: AbortSignal): Promise<Grant>;
}

export class SessionRegistry {
  readonly #entries = new Map<string, Entry>();
  /** The caller of each session that is being dialled. */
  readonly #dialing: string[] = [];
  /** When the server will stop, by performance.now(). */
  #endsAt: number | null = null;

  constructor(
    private readonly log: Logger,
    private readonly maxSessions = MAX_SESSIONS,
    private readonly maxEndedBytes = MAX_ENDED_BYTES,
  ) {}

  /**
   * Dials the exec and answers once it is open, so that a refusal is an HTTP answer. Takes the grant over: the session
   * ends with it, and gives it back at its own end.
   * @throws SessionError LIMIT; UpgradeError, StreamError, KubeError from the dial
   */
  async create(
    target: SessionTarget,
    size: TerminalSize,
    { dialer, grant, admit }: SessionPlace,
    signal: AbortSignal,
  ): Promise<SessionInfo> {
    const owner = grant.caller.id;
    const full = this.#fullFor(owner);
    if (full) {
      grant.release();
      throw new SessionError("LIMIT", full);
    }
    this.#dialing.push(owner);
    try {
      const { cluster: _cluster, run: _run, attach, ...pod } = target;
      const { stdin, tty } = attach ?? { stdin: true, tty: true };
      const subresource = attach ? "attach" : "exec";
      const dialed = await dialer.dialExec(
        { ...pod, subresource, stdin, stdout: true, stderr: !tty, tty },
        AbortSignal.any([signal, grant.signal]),
      );
      return this.#open(target, size, dialed, { grant, admit });
    } catch (error) {
      grant.release();
      throw error;
    } finally {
      this.#dialing.splice(this.#dialing.indexOf(owner), 1);
    }
  }

  list(): SessionInfo[] {
    return [...this.#entries.values()].map((entry) => describe(entry));
  }

  /** @throws SessionError NOT_FOUND */
  info(id: string): SessionInfo {
    return describe(this.#entry(id));
  }

  /**
   * The grant of who looks on, for attach().
   * @throws SessionError NOT_FOUND; AccessError, KubeError
   */
  async admit(id: string, caller: Caller, signal: AbortSignal): Promise<Grant> {
    return await this.#entry(id).admit(caller, signal);
  }

  /**
   * Takes the viewer's grant over: this viewer alone ends with it.
   * @throws SessionError NOT_FOUND, and what accept() throws
   */
  attach(id: string, accept: () => ChannelSocket, options: ViewerOptions): void {
    try {
      const entry = this.#entry(id);
      entry.session.attach(accept(), options);
      if (this.#endsAt !== null) entry.session.notify(this.#stopNotice());
    } catch (error) {
      options.grant.release();
      throw error;
    }
  }

  /** @throws SessionError NOT_FOUND */
  end(id: string): void {
    const entry = this.#entry(id);
    entry.session.end(ENDED_BY_PERSON);
    this.#forget(entry);
  }

  /** The server will stop: whoever looks on is told, and who comes back until then. @param endsAt by performance.now() */
  announceStop(endsAt: number): void {
    this.#endsAt = endsAt;
    for (const { session } of this.#entries.values()) session.notify(this.#stopNotice());
  }

  #stopNotice(): string {
    const seconds = Math.max(1, Math.ceil((this.#endsAt! - performance.now()) / 1_000));
    return `Porthole is being restarted or stopped: this shell ends in ${seconds} s.`;
  }

  /** The server stops: every session ends. */
  close(): void {
    for (const entry of [...this.#entries.values()]) {
      entry.session.end(STOPPED);
      this.#forget(entry);
    }
  }

  #open(
    target: SessionTarget,
    size: TerminalSize,
    dialed: ExecConnection,
    { grant, admit }: Omit<SessionPlace, "dialer">,
  ): SessionInfo {
    const { socket: upstream, handshakeMs, fallback } = dialed;
    const id = randomBytes(16).toString("hex");
    const path: StreamPath = {
      subprotocol: upstream.subprotocol,
      transport: upstream.transport,
      handshakeMs,
      ...(fallback ? { fallback } : {}),
    };
    const session = new Session({
      upstream,
      path,
      size,
      attach: target.attach,
      onEnded: () => {
        grant.release();
        const { ending, cause } = session;
        this.log.info({ session: id, ending: ending?.kind, cause }, "session ended");
        this.#expire(id, ENDED_KEEP_MS);
        this.#boundEnded();
      },
      onViewers: (count) => {
        if (session.ending) return;
        if (count === 0) this.#expire(id, DETACH_GRACE_MS);
        else this.#keep(id);
      },
    });
    void dialed.translatedAt?.then((translatedAt) => session.setPath({ ...path, translatedAt }));
    const entry: Entry = { id, target, admit, session, owner: grant.caller.id, expiry: null };
    this.#entries.set(id, entry);
    this.#expire(id, DETACH_GRACE_MS);
    grant.onEnd((end) => session.end(end));
    this.log.info(
      { session: id, cluster: target.cluster, namespace: target.namespace, pod: target.pod },
      "session opened",
    );
    return describe(entry);
  }

  /**
   * One caller holds at most as many live ones as are left for all others, so there is always room for who comes next.
   * What is over costs nobody a terminal that is to live: the oldest is forgotten first, the caller's own before others'.
   * @returns in words why there is no room
   */
  #fullFor(owner: string): string | null {
    const entries = [...this.#entries.values()];
    const live = [
      ...entries.filter(({ session }) => session.ending === null).map((entry) => entry.owner),
      ...this.#dialing,
    ];
    const left = this.maxSessions - live.length;
    const own = live.filter((one) => one === owner).length;
    if (left <= 0) return `${this.maxSessions} terminals are open, which is the most this server holds`;
    if (own > left) return `you have ${own} terminals open, and the ${left} that are left are for others`;
    if (entries.length + this.#dialing.length >= this.maxSessions) {
      const over = entries.filter(({ session }) => session.ending !== null);
      const first = over.find((entry) => entry.owner === owner) ?? over[0];
      if (first) this.#forget(first);
    }
    return null;
  }

  /** The oldest go first. */
  #boundEnded(): void {
    const over = [...this.#entries.values()].filter(({ session }) => session.ending !== null);
    let bytes = over.reduce((sum, { session }) => sum + session.heldBytes, 0);
    for (const entry of over) {
      if (bytes <= this.maxEndedBytes) return;
      bytes -= entry.session.heldBytes;
      this.#forget(entry);
    }
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry)
      throw new SessionError(
        "NOT_FOUND",
        "there is no such session: it has ended, or the server was restarted",
      );
    return entry;
  }

  #expire(id: string, afterMs: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#keep(id);
    entry.expiry = setTimeout(() => {
      entry.session.end(NOBODY_LOOKED);
      this.#forget(entry);
    }, afterMs);
    entry.expiry.unref();
  }

  #keep(id: string): void {
    const entry = this.#entries.get(id);
    if (entry?.expiry) clearTimeout(entry.expiry);
  }

  #forget(entry: Entry): void {
    if (entry.expiry) clearTimeout(entry.expiry);
    this.#entries.delete(entry.id);
  }
}

function describe({ id, target, session }: Entry): SessionInfo {
  return {
    id,
    ...target,
    startedAt: session.startedAt,
    viewers: session.viewerCount,
    ending: session.ending,
  };
}
