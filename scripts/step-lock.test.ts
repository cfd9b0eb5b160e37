import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withLock } from "./step-lock.mjs";
import { temporaryRepository } from "./temp-repository.ts";

/** Above Linux's largest process id. */
const NO_PID = 2 ** 22 + 1;
const LONG_AGO = new Date(Date.now() - 60_000);

/** A folder with a lock that someone left behind. */
function leftBehind(content: string, at: Date): string {
  const folder = join(temporaryRepository({}), "locks");
  mkdirSync(folder);
  writeFileSync(join(folder, "build.lock"), content);
  utimesSync(join(folder, "build.lock"), at, at);
  return folder;
}

describe("withLock", () => {
  it("lets one work at a time; the other says once that it waits", async () => {
    const folder = join(temporaryRepository({}), "locks");
    const order: string[] = [];
    let letFirstEnd = () => {};
    const secondWaits = new Promise<void>((resolve) => {
      letFirstEnd = resolve;
    });
    const first = withLock(folder, "build", async () => {
      order.push("first begins");
      await secondWaits;
      order.push("first ends");
    });
    const work = async () => {
      order.push("second begins");
    };
    const onWait = () => {
      order.push("second waits");
      letFirstEnd();
    };
    await Promise.all([first, withLock(folder, "build", work, onWait)]);
    expect(order).toEqual(["first begins", "second waits", "first ends", "second begins"]);
  });

  it("holds the lock with its process id and gives it back, also after an error", async () => {
    const folder = join(temporaryRepository({}), "locks");
    const file = join(folder, "build.lock");
    const failing = withLock(folder, "build", async () => {
      throw new Error(`held by ${readFileSync(file, "utf8")}`);
    });
    await expect(failing).rejects.toThrow(`held by ${process.pid}`);
    expect(existsSync(file)).toBe(false);
  });

  it("takes over from a holder that is dead", async () => {
    const folder = leftBehind(String(NO_PID), new Date());
    expect(await withLock(folder, "build", async () => "worked")).toBe("worked");
  });

  it("takes over from a lock whose process id belongs to a stranger by now", async () => {
    const folder = leftBehind(String(process.pid), LONG_AGO);
    expect(await withLock(folder, "build", async () => "worked")).toBe("worked");
  });
});
