import { describe, expect, it } from "vitest";
import { exitStatus, MAX_STATUS_BYTES } from "./status.ts";
import { StatusCollector } from "./status-collector.ts";
import { encodeText } from "./text.ts";

describe("StatusCollector", () => {
  it("puts a status together from pieces whose memory is used again", () => {
    const collector = new StatusCollector();
    const memory = new Uint8Array(7);
    const status = encodeText(JSON.stringify(exitStatus(3)));
    for (let at = 0; at < status.byteLength; at += memory.byteLength) {
      const piece = status.subarray(at, at + memory.byteLength);
      memory.set(piece);
      collector.push(memory.subarray(0, piece.byteLength));
    }
    memory.fill(0);
    expect(collector.bytes).toEqual(status);
    expect(collector.ending("unused")).toEqual({ kind: "exited", code: 3 });
  });

  it("says why none came, where that is known", () => {
    const collector = new StatusCollector();
    collector.push(new Uint8Array(0));
    expect(collector.ending("the connection was lost")).toEqual({
      kind: "unknown",
      message: "no exit status was received: the connection was lost",
    });
    expect(collector.ending()).toEqual({ kind: "unknown", message: "no exit status was received" });
  });

  it("keeps no more than a status may be long, and takes the rest for none", () => {
    const collector = new StatusCollector();
    for (let pieces = 0; pieces < 100; pieces += 1) collector.push(new Uint8Array(1_000));
    expect(collector.bytes.byteLength).toBeLessThanOrEqual(MAX_STATUS_BYTES);
    expect(collector.ending()).toMatchObject({ kind: "unknown" });
  });
});
