import { describe, expect, it } from "vitest";
import { RecentHits } from "./recent-hits.ts";

describe("RecentHits", () => {
  it("keeps the last 20, newest first", () => {
    const hits = new RecentHits();
    for (let count = 0; count < 25; count += 1) hits.begin("GET", `/${count}`).end(200, count);
    const list = hits.list();
    expect([list.length, list[0]?.path, list[19]?.path]).toEqual([20, "/24", "/5"]);
    expect(list[0]).toMatchObject({ method: "GET", status: 200, bytes: 24 });
  });

  it("shows a request that still runs with status 0", () => {
    const hits = new RecentHits();
    hits.begin("POST", "/slow");
    expect(hits.list()[0]).toMatchObject({ method: "POST", path: "/slow", status: 0, ms: 0 });
  });

  it("shows neither the query nor more than the head of a long path", () => {
    const hits = new RecentHits();
    hits.begin("GET", "/login?token=secret");
    hits.begin("GET", `/${"a".repeat(1_000)}`);
    const [long, login] = hits.list();
    expect(login?.path).toBe("/login");
    expect(long?.path).toHaveLength(160);
  });
});
