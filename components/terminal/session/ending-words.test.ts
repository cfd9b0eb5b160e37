import { describe, expect, it } from "vitest";
import type { Ending } from "#protocol/status.ts";
import { END_CAUSES, type EndCause } from "#protocol/stream-end.ts";
import { overWords } from "./ending-words.ts";
import type { PodFate } from "./pod-fate.ts";
import type { RunKind } from "./run-choice.ts";

function ended(ending: Ending, cause: EndCause, lastedMs: number | null = 252_000, kind: RunKind = "shell") {
  return overWords({ kind: "ended", ending, end: { cause, words: "why it was" }, lastedMs }, kind);
}

const NO_STATUS: Ending = { kind: "unknown", message: "no exit status was received: x" };

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

describe("the words of an end that is no shell's", () => {
  const ENDINGS: Ending[] = [
    NO_STATUS,
    { kind: "exited", code: 0 },
    { kind: "exited", code: 137 },
    { kind: "failed", message: "no such file or directory" },
  ];
  const FATES: (PodFate | null)[] = [
    null,
    { kind: "deleted", successor: null },
    { kind: "evicted", words: "" },
    { kind: "out-of-memory" },
    { kind: "container-ended", words: "Error" },
  ];

  it.each(["command", "attach"] as const)("never speak of a shell: %s", (kind) => {
    for (const cause of END_CAUSES)
      for (const ending of ENDINGS)
        for (const fate of FATES) {
          const state = { kind: "ended", ending, end: { cause, words: "why" }, lastedMs: 1_000 } as const;
          expect(overWords(state, kind, fate).sentence).not.toMatch(/shell/i);
        }
    const gone = overWords({ kind: "gone" }, kind);
    expect(`${gone.sentence} ${gone.hint}`).not.toMatch(/shell/i);
  });

  it("say of what was attached to that it runs on, and miss no status", () => {
    expect(ended(NO_STATUS, "ended-by-person", 252_000, "attach")).toEqual({
      badge: { text: "detached", tone: "neutral" },
      sentence: "You detached after 4 min 12 s. The container's main process runs on.",
      hint: null,
    });
    expect(ended(NO_STATUS, "shutdown", null, "attach").sentence).toBe(
      "Detached, because Porthole was stopped. The container's main process runs on.",
    );
    expect(ended(NO_STATUS, "limit", null, "attach").sentence).toBe(
      "Porthole detached: why it was. The container's main process runs on.",
    );
    // It ended by itself: that is no detaching.
    expect(ended({ kind: "exited", code: 1 }, "exited", null, "attach")).toMatchObject({
      badge: { text: "exit 1" },
      sentence: "The container's main process ended by itself.",
    });
    expect(ended(NO_STATUS, "lost", null, "attach").badge.text).toBe("no exit status");
  });

  it("name a command", () => {
    expect(ended({ kind: "exited", code: 0 }, "ended-by-person", null, "command").sentence).toBe(
      "You ended the command.",
    );
    expect(ended({ kind: "failed", message: "x" }, "closed", null, "command").sentence).toBe(
      "The cluster could not run the command: x.",
    );
  });
});
