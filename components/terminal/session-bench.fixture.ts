/** For tests: a TerminalSession between a scripted server, scripted sockets and a screen that draws at once. */
import type { SessionCreated, SessionInfo } from "#protocol/api";
import type { TerminalSize } from "#protocol/resize";
import { decodeText } from "#protocol/text";
import { ReconnectBackoff } from "./reconnect-backoff";
import { ScriptedSocket } from "./scripted-socket";
import type { SessionApi } from "./session-api";
import type { SessionNotice } from "./session-notice";
import { TerminalSession } from "./terminal-session";

export const TARGET = { cluster: "demo", namespace: "default", pod: "shell", container: "main" };
const INFO: SessionInfo = {
  id: "s1",
  ...TARGET,
  command: ["/bin/sh"],
  startedAt: 1_000,
  viewers: 0,
  ending: null,
};

export interface Dial {
  id: string;
  from: number;
  ticket: string;
  wire: ScriptedSocket;
}

export class SessionBench {
  readonly dials: Dial[] = [];
  readonly notices: SessionNotice[] = [];
  /** Requests in order: "create 80x24", "ticket s1", "find s1", "end s1". */
  readonly requests: string[] = [];
  readonly states: string[] = [];
  /** What the next requests of a kind do instead of succeeding. */
  failures: { create?: unknown; ticket?: unknown; find?: unknown } = {};
  drawn = "";
  readonly session: TerminalSession;
  #tickets = 0;
  /** Resolves the create() that is waiting, when `holdCreate` was set. */
  holdCreate = false;
  releaseCreate: () => void = () => {};

  constructor(sessionId: string | null = null) {
    this.session = new TerminalSession({
      target: TARGET,
      sessionId,
      api: this.#api(),
      screen: {
        write: (bytes, parsed) => {
          this.drawn += decodeText(bytes);
          parsed();
        },
        reset: () => {
          this.drawn = "";
        },
        muteReplies: () => {},
      },
      openSocket: (id, from, ticket) => {
        const wire = new ScriptedSocket();
        this.dials.push({ id, from, ticket, wire });
        return wire;
      },
      onView: ({ state }) => {
        if (this.states.at(-1) !== state.kind) this.states.push(state.kind);
      },
      onNotice: (notice) => this.notices.push(notice),
      // The middle of the jitter: waits are exactly their steps.
      backoff: new ReconnectBackoff(() => 0.5),
    });
  }

  get wire(): ScriptedSocket {
    const dial = this.dials.at(-1);
    if (!dial) throw new Error("nothing was dialled");
    return dial.wire;
  }

  get state() {
    return this.session.view.state;
  }

  type(text: string): void {
    this.session.input(text, new TextEncoder().encode(text));
  }

  #api(): SessionApi {
    return {
      create: async (_target, size: TerminalSize): Promise<SessionCreated> => {
        this.requests.push(`create ${size.width}x${size.height}`);
        if (this.holdCreate) await new Promise<void>((resolve) => void (this.releaseCreate = resolve));
        this.#failIfTold("create");
        return { ...INFO, ticket: "t0" };
      },
      ticket: async (id) => {
        this.requests.push(`ticket ${id}`);
        this.#failIfTold("ticket");
        this.#tickets += 1;
        return `t${this.#tickets}`;
      },
      find: async (id) => {
        this.requests.push(`find ${id}`);
        this.#failIfTold("find");
        return INFO;
      },
      end: async (id) => void this.requests.push(`end ${id}`),
    };
  }

  #failIfTold(kind: keyof SessionBench["failures"]): void {
    const error = this.failures[kind];
    if (error !== undefined) throw error;
  }
}
