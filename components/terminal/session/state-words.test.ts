import { describe, expect, it } from "vitest";
import { formatDuration } from "#components/ui/format.ts";
import type { StreamPath } from "#protocol/session-event.ts";
import type { Ending } from "#protocol/status.ts";
import { END_CAUSES, type EndCause } from "#protocol/stream-end.ts";
import { noticeWords } from "./session-notice.ts";
import { overWords, stateBadge } from "./state-words.ts";
import { INITIAL_STATE, type SessionState } from "./terminal-session-state.ts";

const V5: StreamPath = { subprotocol: "v5.channel.k8s.io", transport: "websocket", handshakeMs: 9 };
const SPDY: StreamPath = {
  subprotocol: "v4.channel.k8s.io",
  transport: "spdy",
  handshakeMs: 9,
  fallback: { code: "refused", words: "answered 502" },
};
const AWAY: SessionState = { kind: "reconnecting", since: 0, attempt: 1, retryAt: null, tooSlow: false };

function ended(ending: Ending, cause: EndCause, lastedMs: number | null = 252_000) {
  return overWords({ kind: "ended", ending, end: { cause, words: "why it was" }, lastedMs });
}

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

describe("the words of an end", () => {
  it("gives the code and how long it lasted", () => {
    expect(ended({ kind: "exited", code: 2 }, "exited")).toEqual({
      badge: { text: "exit 2", tone: "bad" },
      sentence: "The shell ended by itself after 4 min 12 s.",
      hint: null,
    });
    expect(ended({ kind: "exited", code: 0 }, "ended-by-person").sentence).toBe(
      "You ended the shell after 4 min 12 s.",
    );
    expect(ended({ kind: "exited", code: 0 }, "exited", null).sentence).toBe("The shell ended by itself.");
  });

  it.each([
    ["limit", "Porthole ended the shell after 4 min 12 s: why it was. No exit status was received."],
    ["revoked", "Porthole ended the shell after 4 min 12 s: why it was. No exit status was received."],
    ["signed-out", "Porthole ended the shell after 4 min 12 s: why it was. No exit status was received."],
    [
      "shutdown",
      "The shell ended after 4 min 12 s, because Porthole was stopped. No exit status was received.",
    ],
    ["ended-by-person", "You ended the shell after 4 min 12 s. No exit status was received."],
  ] as const)("says what Porthole or a person decided: %s", (cause, sentence) => {
    expect(ended({ kind: "unknown", message: "no exit status was received: x" }, cause).sentence).toBe(
      sentence,
    );
  });

  it("explains the codes that people look up", () => {
    expect(ended({ kind: "exited", code: 137 }, "exited").hint).toMatch(/memory limit.*deleted/);
  });

  it("never looks like success without a status", () => {
    for (const cause of END_CAUSES) {
      const words = ended({ kind: "unknown", message: "no exit status was received" }, cause);
      expect(words.badge).toEqual({ text: "no exit status", tone: "warn" });
      expect(words.sentence).toContain("No exit status was received.");
      expect(words.sentence).not.toContain("by itself");
    }
  });

  it("says of a broken connection that nobody knows", () => {
    const words = ended({ kind: "unknown", message: "no exit status was received" }, "lost");
    expect(words.sentence).toBe(
      "The connection to the pod broke after 4 min 12 s. No exit status was received.",
    );
    expect(words.hint).toContain("not known");
  });

  it("leads from a container without a shell to a debug container", () => {
    const message = 'exec: "/bin/sh": stat /bin/sh: no such file or directory';
    expect(ended({ kind: "failed", message }, "closed").hint).toContain("kubectl debug");
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
