import { describe, expect, it } from "vitest";
import { certificateTime } from "./certificate-time.ts";

const DAY_MS = 86_400_000;
const at = (days: number) => new Date(Date.now() + days * DAY_MS).toUTCString();

describe("a certificate's time", () => {
  it("is short only for one that is renewed by hand", () => {
    expect(certificateTime({ valid_from: at(-360), valid_to: at(5.5) })).toMatchObject({
      daysLeft: 5,
      endsSoon: true,
    });
    expect(certificateTime({ valid_from: at(-360), valid_to: at(8) }).endsSoon).toBe(false);
    expect(certificateTime({ valid_from: at(-0.1), valid_to: at(0.9) }).endsSoon).toBe(false);
  });

  it("is over when it has ended, however short it was", () => {
    expect(certificateTime({ valid_from: at(-2), valid_to: at(-1) })).toMatchObject({ endsSoon: true });
  });

  it("is unknown for an odd one", () => {
    expect(certificateTime({ valid_from: "", valid_to: "?" })).toMatchObject({
      day: "an unknown day",
      endsSoon: false,
    });
  });
});
