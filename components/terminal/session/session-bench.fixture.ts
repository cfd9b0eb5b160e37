/** For tests: a TerminalSession between a scripted server, scripted sockets and a screen that draws at once. */
import { vi } from "vitest";
import type { SessionCreated, SessionInfo } from "#protocol/api.ts";
import { Channel } from "#protocol/channel.ts";
import type { TerminalSize } from "#protocol/resize.ts";
import { decodeText } from "#protocol/text.ts";
import { BACKOFF_STEPS_MS, ReconnectBackoff } from "./reconnect-backoff.ts";
import { ScriptedSocket } from "./scripted-socket.fixture.ts";
import type { SessionApi } from "./session-api.ts";
import type { SessionNotice } from "./session-notice.ts";
import { TerminalSession } from "./terminal-session.ts";

export const TARGET = { cluster: "demo", namespace: "default", pod: "shell", container: "main" };
const INFO: SessionInfo = {
  id: "s1",
  ...TARGET,
  command: ["/bin/sh"],
  startedAt: 1_000,
  viewers: 0,
  ending: null,
};

/** Lets promises of the scripted API settle; no time passes. The timers are vitest's. */
export const settle = () => vi.advanceTimersByTimeAsync(0);
export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A session that is attached and has said nothing yet, in a terminal of 100 by 30. */
export async function liveBench(sessionId: string | null = null): Promise<SessionBench> {
  const bench = new SessionBench(sessionId);
  bench.session.resize({ width: 100, height: 30 });
  bench.session.start();
  await settle();
  bench.wire.open();
  bench.wire.attached();
  return bench;
}

export interface Dial {
  id: string;
  from: number;
  ticket: string;
  wire: ScriptedSocket;
}

export class SessionBench {
  readonly dials: Dial[] = [];
  readonly notices: SessionNotice[] = [];
  /** Requests in order: "create 80x24" or "create bash 80x24", "ticket s1", "find s1", "end s1", "node". */
  readonly requests: string[] = [];
  readonly states: string[] = [];
  /** What the next requests of a kind do instead of succeeding. */
  failures: { create?: unknown; ticket?: unknown; find?: unknown } = {};
  drawn = "";
  readonly session: TerminalSession;
  #tickets = 0;
  /** Resolves the create() that is waiting, when `holdCreate` was set. */
  holdCreate = false;
  /** What the pod's node says of itself. */
  windowsNode = false;
  releaseCreate: () => void = () => {};

  constructor(sessionId: string | null = null) {
    this.session = new TerminalSession({
      target: TARGET,
      sessionId,
      api: this.#api(),
      screen: {
        scrolls: true,
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

  /** All input that reached a socket. */
  get typed(): string {
    return this.dials.flatMap(({ wire }) => wire.sentOn(Channel.Stdin).map(decodeText)).join("");
  }

  /** Sizes that reached the last socket, as JSON. */
  get sizes(): string[] {
    return this.wire.sentOn(Channel.Resize).map((payload) => decodeText(payload).trim());
  }

  /** The first attempt after a loss, up to and including its attach. */
  async comeBack(offset: number): Promise<void> {
    await pass(BACKOFF_STEPS_MS[0]);
    this.wire.open();
    this.wire.attached(offset);
  }

  type(text: string): void {
    this.session.input(text, new TextEncoder().encode(text));
  }

  #api(): SessionApi {
    return {
      create: async (_target, run, size: TerminalSize): Promise<SessionCreated> => {
        this.requests.push(["create", run.shell, `${size.width}x${size.height}`].filter(Boolean).join(" "));
        if (this.holdCreate) {
          await new Promise<void>((resolve) => {
            this.releaseCreate = resolve;
          });
        }
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
      nodeIsWindows: async () => {
        this.requests.push("node");
        return this.windowsNode;
      },
    };
  }

  #failIfTold(kind: keyof SessionBench["failures"]): void {
    const error = this.failures[kind];
    if (error !== undefined) throw error;
  }
}
