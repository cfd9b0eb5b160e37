import { describe, expect, it } from "vitest";
import { latestSize, type SizedViewer } from "./size-policy.ts";

const WAS = { width: 80, height: 24 };
const said = (width: number, sizeTurn: number, role: SizedViewer["role"] = "writer"): SizedViewer => ({
  role,
  size: { width, height: 10 },
  sizeTurn,
});
const silent: SizedViewer = { role: "owner", size: null, sizeTurn: 0 };

describe("latestSize", () => {
  it("takes the size that was said last, whoever came last", () => {
    expect(latestSize([said(100, 1), said(120, 3), said(90, 2)], WAS).width).toBe(120);
  });

  it("hands over to the one before when that viewer has left", () => {
    expect(latestSize([said(100, 1), said(90, 2)], WAS).width).toBe(90);
  });

  it("keeps what the terminal has while nobody has a say", () => {
    expect(latestSize([], WAS)).toBe(WAS);
    expect(latestSize([silent, said(60, 9, "viewer")], WAS)).toBe(WAS);
  });

  it("does not let who only looks on resize the screen of who works on it", () => {
    expect(latestSize([said(100, 1, "owner"), said(60, 2, "viewer")], WAS).width).toBe(100);
  });
});
