import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decodeText, encodeText } from "#protocol/text";
import type { AttachedEvent } from "./attached-event";
import { CATCH_UP_BYTES, MAX_BACKLOG_BYTES, OutputIntake, REPLAY_GRACE_MS } from "./output-intake";

/** Draws when the test says so, and writes down what happened in which order. */
class SlowScreen {
  readonly log: string[] = [];
  readonly #waiting: (() => void)[] = [];
  write = (bytes: Uint8Array, parsed: () => void) => {
    this.#waiting.push(() => {
      this.log.push(decodeText(bytes));
      parsed();
    });
  };
  reset = () => void this.#waiting.push(() => this.log.push("<reset>"));
  muteReplies = (mute: boolean) => void this.log.push(mute ? "<mute>" : "<unmute>");
  draw() {
    for (const step of this.#waiting.splice(0)) step();
  }
}

let screen: SlowScreen;
let intake: OutputIntake;
let caughtUp = 0;

function attached(offset: number, written?: number): AttachedEvent {
  const path = { subprotocol: "v5.channel.k8s.io", transport: "websocket", handshakeMs: 1 } as const;
  const event: AttachedEvent = { type: "attached", offset, missed: 0, path, startedAt: 0 };
  return written === undefined ? event : Object.assign(event, { written });
}

function output(text: string) {
  intake.output(encodeText(text));
}

beforeEach(() => {
  vi.useFakeTimers();
  screen = new SlowScreen();
  caughtUp = 0;
  intake = new OutputIntake({
    screen,
    sendAck: () => {},
    onCaughtUp: () => {
      caughtUp += 1;
    },
  });
});
afterEach(() => {
  intake.dispose();
  vi.useRealTimers();
});

describe("OutputIntake", () => {
  it("continues a session at the byte it stopped", () => {
    intake.attach(attached(0), false);
    output("abc");
    expect(intake.attach(attached(3), false)).toMatchObject({ lost: 0 });
    output("def");
    screen.draw();
    expect(screen.log.join("")).toBe("abcdef");
    expect(intake.received).toBe(6);
  });

  it("draws nothing twice when the server begins earlier than asked", () => {
    intake.attach(attached(0), false);
    output("abc");
    intake.attach(attached(1), false);
    output("b");
    output("cd");
    screen.draw();
    expect(screen.log.join("")).toBe("abcd");
    expect(intake.received).toBe(4);
  });

  it("empties the screen in order when bytes are lost, and says how many", () => {
    intake.attach(attached(0), false);
    output("old");
    expect(intake.attach(attached(10), false)).toMatchObject({ lost: 7 });
    output("new");
    screen.draw();
    expect(screen.log).toEqual(["old", "<reset>", "new"]);
    expect(intake.received).toBe(13);
  });

  it("jumps over a gap in the middle of a stream", () => {
    intake.attach(attached(0), false);
    output("abc");
    expect(intake.jump(8)).toBe(5);
    expect(intake.jump(8)).toBe(0);
    expect(intake.received).toBe(8);
  });

  it("mutes replies for exactly the replay, within a chunk", () => {
    intake.attach(attached(0, 4), true);
    output("re");
    output("playlive");
    screen.draw();
    expect(screen.log).toEqual(["<mute>", "re", "pl", "<unmute>", "aylive"]);
  });

  it("mutes nothing when there is nothing to replay, or when this page is the first to draw it", () => {
    intake.attach(attached(0, 0), true);
    output("a");
    intake.attach(attached(1, 9), false);
    output("b");
    screen.draw();
    expect(screen.log).toEqual(["a", "b"]);
  });

  it("takes the first moments for the replay where the server does not tell its length", () => {
    intake.attach(attached(0), true);
    expect(screen.log).toEqual(["<mute>"]);
    vi.advanceTimersByTime(REPLAY_GRACE_MS);
    expect(screen.log).toEqual(["<mute>", "<unmute>"]);
  });

  it("has caught up when what was there at the attach is drawn, not when it is received", () => {
    const size = CATCH_UP_BYTES + 1;
    expect(intake.attach(attached(0, size), false)).toMatchObject({ catchingUp: true, replayed: size });
    output("x".repeat(size));
    expect(caughtUp).toBe(0);
    screen.draw();
    expect(caughtUp).toBe(1);
  });

  it("does not call a page behind for what is drawn in an instant", () => {
    expect(intake.attach(attached(0, CATCH_UP_BYTES), false)).toMatchObject({ catchingUp: false });
  });

  it("notices a server that ignores the window", () => {
    intake.attach(attached(0), false);
    intake.output(new Uint8Array(MAX_BACKLOG_BYTES));
    expect(intake.overflowing).toBe(false);
    output("x");
    expect(intake.overflowing).toBe(true);
  });
});
