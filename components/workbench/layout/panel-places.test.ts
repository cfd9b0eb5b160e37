import { describe, expect, it } from "vitest";
import { FORWARDS_WIDTH, middleRoom, type PanelChoices, PODS_WIDTH, placePanels } from "./panel-places.ts";

const AS_BEGUN: PanelChoices = {
  podsWidth: PODS_WIDTH.initial,
  forwardsWidth: FORWARDS_WIDTH.initial,
  podsOpen: true,
  forwardsOpen: null,
  bothHidden: false,
};
const FONT_PX = 13;

function widths(
  choices: Partial<PanelChoices>,
  width: number,
  hasForwards = true,
  font: number | null = FONT_PX,
) {
  const { pods, forwards } = placePanels(
    { ...AS_BEGUN, ...choices },
    { width, room: middleRoom(font), hasForwards },
  );
  return [pods?.width ?? null, forwards?.width ?? null];
}

describe("the places of the panels", () => {
  it.each([
    [720, null, null],
    [1024, 316, null],
    [1280, 316, 308],
    [1440, 316, 328],
    [2560, 316, 328],
  ])("leaves 80 columns to a terminal at %i px: pods %s, forwards %s", (width, pods, forwards) => {
    expect(widths({}, width)).toEqual([pods, forwards]);
  });

  it("never takes from the terminal's room, whatever was chosen and however wide the window is", () => {
    for (let width = 320; width <= 2560; width += 5) {
      for (const podsWidth of [220, 316, 560]) {
        for (const hasForwards of [true, false]) {
          const [pods, forwards] = widths({ podsWidth, forwardsOpen: true }, width, hasForwards);
          const taken = (pods ?? 0) + (forwards ?? 0);
          if (taken > 0) expect(width - taken).toBeGreaterThanOrEqual(middleRoom(FONT_PX));
        }
      }
    }
  });

  it("gives a larger font more room", () => {
    expect(widths({}, 1280, true, 20)).toEqual([288, null]);
  });

  it("keeps the pods beside the start page in half a screen: no terminal loses by it", () => {
    expect(widths({}, 720, true, null)).toEqual([316, null]);
  });

  it("shows no panel of forwards that has none, unless the person wants it", () => {
    expect(widths({}, 1440, false)).toEqual([316, null]);
    expect(widths({ forwardsOpen: true }, 1440, false)).toEqual([316, 328]);
    expect(widths({ forwardsOpen: false }, 1440, true)).toEqual([316, null]);
  });

  it("hides both, and what was chosen is there again afterwards", () => {
    expect(widths({ bothHidden: true, forwardsOpen: true }, 2560)).toEqual([null, null]);
    expect(widths({ bothHidden: false, forwardsOpen: true }, 2560)).toEqual([316, 328]);
  });

  it("makes wide pods narrower before the forwards lose their place", () => {
    expect(widths({ podsWidth: 560 }, 1280)).toEqual([384, 240]);
    expect(widths({ podsWidth: 560 }, 1024)).toEqual([368, null]);
  });
});
