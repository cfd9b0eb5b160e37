import { describe, expect, it } from "vitest";
import { JsonGuard } from "./json-guard.ts";

function judge(text: string, maxValues = 100, pieceBytes = text.length): string {
  const guard = new JsonGuard(maxValues);
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.byteLength; at += pieceBytes) guard.push(bytes.subarray(at, at + pieceBytes));
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("JsonGuard", () => {
  it.each([
    ["[".repeat(64), /^$/],
    ["[".repeat(65), /more than 64 levels deep/],
    [`${'{"a":'.repeat(65)}1`, /more than 64 levels deep/],
    ["[[]],".repeat(30), /^$/],
    ["[],".repeat(60), /more than 100 values/],
    [JSON.stringify({ a: "[{[{,,".repeat(100) }), /^$/],
    [JSON.stringify({ a: `\\"${"[".repeat(99)}` }), /^$/],
  ])("judges %j by its structure alone, however it is cut", (text, words) => {
    for (const pieceBytes of [1, 2, 7, text.length]) expect(judge(text, 100, pieceBytes)).toMatch(words);
  });

  it("begins anew with each line", () => {
    const guard = new JsonGuard(10);
    for (let line = 0; line < 20; line += 1) {
      guard.push(Buffer.from('{"a":[1,2,3]}\n'));
      guard.next();
    }
  });
});
