import { describe, expect, it } from "vitest";
import { tailStart } from "./middle-cut.tsx";

const tail = (name: string, others: string[] = []) => name.slice(tailStart(name, others));
const eks = (region: string, account: string, name: string) =>
  `arn:aws:eks:${region}:${account}:cluster/${name}`;

describe("the end of a name that is never cut off", () => {
  it("is the whole of a short name, and of a long one a part that begins at a border", () => {
    expect(tail("demo")).toBe("demo");
    expect(tail(eks("eu-west-1", "123456789012", "prod"))).toBe("123456789012:cluster/prod");
    expect(tail("gke_my-project_europe-west1-b_payments")).toBe("europe-west1-b_payments");
  });

  it("reaches back to what tells the name from the others", () => {
    const here = eks("eu-west-1", "123456789012", "prod");
    const there = eks("eu-central-1", "123456789012", "prod");
    const other = eks("eu-west-1", "999999999999", "prod");
    for (const names of [
      [here, there],
      [here, other],
      [here, there, other],
    ]) {
      const tails = names.map((name) => tail(name, names));
      expect(new Set(tails).size).toBe(names.length);
      for (const one of tails) expect(one.length).toBeLessThanOrEqual(44);
    }
  });
});
