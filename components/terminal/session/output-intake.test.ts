import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decodeText, encodeText } from "#protocol/text.ts";
import { ACK_IDLE_MS } from "./output-acks.ts";
import {
  type AttachedEvent,
  CATCH_UP_BYTES,
  FLOOD_BYTES,
  MAX_BACKLOG_BYTES,
  OutputIntake,
} from "./output-intake.ts";
import { SKIM_IDLE_MS, SKIM_LIMIT_MS } from "./output-skim.ts";

/** Draws when the test says so, and writes down what happened in which order. */
class SlowScreen {
  scrolls = true;
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
let skipped = 0;
let acked = 0;

function attached(offset: number, written = offset): AttachedEvent {
  const path = { subprotocol: "v5.channel.k8s.io", transport: "websocket", handshakeMs: 1 } as const;
  return { type: "attached", offset, written, missed: 0, path, startedAt: 0 };
}

function output(text: string) {
  intake.output(encodeText(text));
}

beforeEach(() => {
  vi.useFakeTimers();
  screen = new SlowScreen();
  caughtUp = 0;
  skipped = 0;
  acked = 0;
  intake = new OutputIntake({
    screen,
    sendAck: (offset) => {
      acked = offset;
    },
    onCaughtUp: () => {
      caughtUp += 1;
    },
    onSkipped: (bytes) => {
      skipped += bytes;
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

  it("does not draw a flood to its end after Ctrl-C, but acks it, and draws its last lines", () => {
    intake.attach(attached(0), false);
    output("x".repeat(FLOOD_BYTES));
    intake.interrupted();
    const lines = "0123456789\n".repeat(10_000);
    for (let at = 0; at < 50; at += 1) output(lines);
    output("$ ");
    const total = FLOOD_BYTES + 50 * lines.length + 2;
    expect(intake.received).toBe(total);
    vi.advanceTimersByTime(SKIM_IDLE_MS);
    screen.draw();
    vi.advanceTimersByTime(ACK_IDLE_MS);
    expect(acked).toBe(total);

    const [before, resume, tail] = screen.log;
    expect(before).toBe("x".repeat(FLOOD_BYTES));
    expect(resume).toBe("\x18\x1b[m\r\n");
    expect(tail?.endsWith("0123456789\n$ ")).toBe(true);
    expect(tail?.startsWith("0123456789\n")).toBe(true);
    expect(FLOOD_BYTES + skipped + (tail?.length ?? 0)).toBe(total);

    output("drawn again");
    screen.draw();
    expect(screen.log.at(-1)).toBe("drawn again");
  });

  it("draws everything after Ctrl-C where there is no flood, or a program paints the screen", () => {
    intake.attach(attached(0), false);
    output("a little");
    intake.interrupted();
    output("^C");
    screen.scrolls = false;
    output("x".repeat(FLOOD_BYTES));
    intake.interrupted();
    output("end");
    screen.draw();
    expect(screen.log.join("")).toBe(`a little^C${"x".repeat(FLOOD_BYTES)}end`);
    expect(skipped).toBe(0);
  });

  it("loses nothing of a flood that stopped by itself", () => {
    intake.attach(attached(0), false);
    output("x".repeat(FLOOD_BYTES));
    intake.interrupted();
    output("^C\r\n$ ");
    vi.advanceTimersByTime(SKIM_IDLE_MS);
    screen.draw();
    expect(screen.log.join("")).toBe(`${"x".repeat(FLOOD_BYTES)}^C\r\n$ `);
    expect(skipped).toBe(0);
  });

  it("draws on after a second when a program does not care for Ctrl-C", () => {
    intake.attach(attached(0), false);
    output("x".repeat(FLOOD_BYTES));
    intake.interrupted();
    for (let ms = 0; ms < SKIM_LIMIT_MS; ms += 20) {
      output("still here\n".repeat(1_000));
      vi.advanceTimersByTime(20);
    }
    expect(skipped).toBeGreaterThan(0);
    output("seen");
    screen.draw();
    expect(screen.log.at(-1)).toBe("seen");
  });

  it("notices a server that ignores the window", () => {
    intake.attach(attached(0), false);
    intake.output(new Uint8Array(MAX_BACKLOG_BYTES));
    expect(intake.overflowing).toBe(false);
    output("x");
    expect(intake.overflowing).toBe(true);
  });
});
