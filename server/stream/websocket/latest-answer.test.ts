import { expect, it } from "vitest";
import { LatestAnswer } from "./latest-answer.ts";

it("gives a few at once, and of those that a full socket met the last", () => {
  const sent: string[] = [];
  const left: (() => void)[] = [];
  const answers = new LatestAnswer((payload, done) => {
    sent.push(payload.toString());
    left.push(done);
  });
  for (let asked = 0; asked < 1_000; asked += 1) answers.ask(Buffer.from(String(asked)));
  expect(sent).toHaveLength(16);
  left.shift()?.();
  expect(sent.slice(16)).toEqual(["999"]);
  for (const done of left.splice(0)) done();
  answers.ask(Buffer.from("next"));
  expect(sent.slice(17)).toEqual(["next"]);
});
