import { describe, expect, it } from "vitest";
import {
  INITIAL_STATE,
  inputRoute,
  isOver,
  nextState,
  type SessionChange,
  type SessionState,
} from "./terminal-session-state.ts";

const LOST: SessionChange = { type: "lost", at: 100, attempt: 1, retryAt: 350, tooSlow: false };
const ATTACHED: SessionChange = { type: "attached", catchingUp: false };
const ENDED: SessionChange = {
  type: "ended",
  ending: { kind: "exited", code: 2 },
  end: { cause: "exited", words: "the command ended" },
  lastedMs: 5,
};

function following(...changes: SessionChange[]): SessionState {
  return changes.reduce(nextState, INITIAL_STATE);
}

describe("nextState", () => {
  it("is live only after an attach", () => {
    expect(INITIAL_STATE.kind).toBe("connecting");
    expect(following({ type: "caught-up" }).kind).toBe("connecting");
    expect(following(ATTACHED).kind).toBe("live");
  });

  it("is behind until it has caught up", () => {
    const behind = following({ type: "attached", catchingUp: true });
    expect(behind.kind).toBe("behind");
    expect(nextState(behind, { type: "caught-up" }).kind).toBe("live");
  });

  it("counts an absence from its first loss, through failed attempts", () => {
    const away = following(
      ATTACHED,
      LOST,
      { type: "retrying" },
      { ...LOST, at: 900, attempt: 2, retryAt: 1_400 },
    );
    expect(away).toEqual({ kind: "reconnecting", since: 100, attempt: 2, retryAt: 1_400, tooSlow: false });
  });

  it("keeps in mind that this page was too slow", () => {
    expect(following(ATTACHED, { ...LOST, tooSlow: true }, LOST)).toMatchObject({ tooSlow: true });
  });

  it("has no time of a next attempt while one is under way", () => {
    expect(following(ATTACHED, LOST, { type: "retrying" })).toMatchObject({
      kind: "reconnecting",
      retryAt: null,
    });
  });

  it("is never live again after the end", () => {
    for (const end of [ENDED, { type: "gone" } as const]) {
      const over = following(ATTACHED, end);
      expect(isOver(over)).toBe(true);
      for (const change of [ATTACHED, LOST, { type: "dialling", step: "attaching" } as const, ENDED]) {
        expect(nextState(over, change)).toBe(over);
      }
    }
  });

  it("leaves a refusal only by dialling again", () => {
    const refused = following({ type: "refused", message: "no", remedy: "retry" });
    expect(nextState(refused, ATTACHED)).toBe(refused);
    expect(nextState(refused, { type: "dialling", step: "attaching" }).kind).toBe("connecting");
  });

  it("knows where input goes in every state", () => {
    expect(inputRoute(following(ATTACHED))).toBe("send");
    expect(inputRoute(following({ type: "attached", catchingUp: true }))).toBe("send");
    expect(inputRoute(INITIAL_STATE)).toBe("keep");
    expect(inputRoute(following(ATTACHED, LOST))).toBe("keep");
    expect(inputRoute(following(ENDED))).toBe("refuse");
    expect(inputRoute(following({ type: "gone" }))).toBe("refuse");
    expect(inputRoute(following({ type: "refused", message: "", remedy: "none" }))).toBe("refuse");
  });
});
