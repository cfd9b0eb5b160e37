import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { JoinedWrites } from "./joined-writes.ts";

function slow(): { target: Writable; writes: number[]; text(): string } {
  const chunks: Buffer[] = [];
  const writes: number[] = [];
  const target = new Writable({ highWaterMark: 64, write() {} });
  const write = target.write.bind(target);
  target.write = ((bytes: Buffer) => {
    chunks.push(Buffer.from(bytes));
    writes.push(bytes.byteLength);
    return write(bytes);
  }) as typeof target.write;
  return { target, writes, text: () => Buffer.concat(chunks).toString() };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe("JoinedWrites", () => {
  it("joins the small pieces of a turn, keeps the order, and says when the reader is slow", async () => {
    const { target, writes, text } = slow();
    const source = new Readable({ read() {} });
    source.on("data", () => {});
    const joined = new JoinedWrites(source, target);
    joined.start();
    let sent = "";
    const send = (piece: string) => {
      sent += piece;
      joined.write(Buffer.from(piece));
    };
    for (let piece = 0; piece < 1_000; piece += 1) send(String(piece % 10));
    send("x".repeat(2_000));
    send("end");
    await tick();
    send("a line of its own\n");
    joined.flush();
    expect(text()).toBe(sent);
    expect(writes).toEqual([1_000, 2_000, 3, 18]);
    expect(source.isPaused()).toBe(true);
  });
});
