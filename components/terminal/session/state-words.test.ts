import { describe, expect, it } from "vitest";
import { formatDuration } from "#components/ui/format.ts";
import type { StreamPath } from "#protocol/session-event.ts";
import { noticeWords } from "./session-notice.ts";
import { stateBadge, stateSentence } from "./state-words.ts";
import { INITIAL_STATE, type OverState, type SessionState } from "./terminal-session-state.ts";

const V5: StreamPath = { subprotocol: "v5.channel.k8s.io", transport: "websocket", handshakeMs: 9 };
const SPDY: StreamPath = {
  subprotocol: "v4.channel.k8s.io",
  transport: "spdy",
  handshakeMs: 9,
  fallback: { code: "refused", words: "answered 502" },
};
const AWAY: Exclude<SessionState, OverState> = {
  kind: "reconnecting",
  since: 0,
  attempt: 1,
  retryAt: null,
  tooSlow: false,
};

const BEGUN = { kind: "connecting", step: "starting" } as const;

describe("stateBadge", () => {
  it("names the protocol only while it carries something", () => {
    expect(stateBadge({ kind: "live" }, V5)).toEqual({ text: "v5 WebSocket", tone: "ok" });
    expect(stateBadge({ kind: "live" }, SPDY)).toEqual({ text: "SPDY fallback", tone: "warn" });
    for (const state of [INITIAL_STATE, AWAY, { kind: "gone" }] as const) {
      expect(stateBadge(state, V5).text).not.toContain("WebSocket");
      expect(stateBadge(state, V5).tone).not.toBe("ok");
    }
  });
});

describe("stateSentence", () => {
  it("says what runs, by what was started", () => {
    expect(stateSentence(BEGUN, "web-0", "shell")).toBe("Starting a shell in web-0.");
    expect(stateSentence(BEGUN, "web-0", "command")).toBe("Starting a command in web-0.");
    expect(stateSentence(BEGUN, "web-0", "attach")).toBe("Attaching to the main process of web-0.");
    expect(stateSentence(AWAY, "web-0", "shell")).toContain("The shell keeps running.");
    expect(stateSentence(AWAY, "web-0", "attach")).toContain("The session stays attached.");
  });
});

describe("noticeWords", () => {
  it("says what happened, since when and what came of it", () => {
    expect(noticeWords({ type: "resumed", awayMs: 41_000, replayed: 1_204 })).toBe(
      "Resumed after 41 s without connection. 1\u202f204 bytes replayed, nothing lost.",
    );
    expect(noticeWords({ type: "resumed", awayMs: 41_000, replayed: 0 })).toBe(
      "Resumed after 41 s without connection. Nothing was lost.",
    );
    expect(noticeWords({ type: "input-refused", why: "away" })).toContain("4 KB");
    expect(noticeWords({ type: "input-dropped", bytes: 1 })).toContain("1 byte of input");
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [820, "820 ms"],
    [41_000, "41 s"],
    [60_000, "1 min"],
    [252_999, "4 min 12 s"],
    [3 * 3_600_000 + 5 * 60_000 + 59_000, "3 h 5 min"],
    [49 * 3_600_000, "2 d 1 h"],
  ])("says %i ms as %s", (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});
