import { describe, expect, it } from "vitest";
import { CONNECTION_BUFFER_BYTES, STREAM_BUFFER_BYTES, STREAM_RESUME_BYTES } from "./frames/constants.ts";
import { InputGate } from "./input-gate.ts";

function gate() {
  const changes: boolean[] = [];
  return { changes, gate: new InputGate((closed) => changes.push(closed)) };
}

describe("one slow stream", () => {
  it("closes the gate above its limit and opens it once most is read", () => {
    const { changes, gate: subject } = gate();
    subject.report(1, 0, STREAM_BUFFER_BYTES, true);
    expect(subject.closed).toBe(false);
    subject.report(1, STREAM_BUFFER_BYTES, STREAM_BUFFER_BYTES + 1, true);
    expect(subject.closed).toBe(true);
    subject.report(1, STREAM_BUFFER_BYTES + 1, STREAM_RESUME_BYTES + 1, true);
    expect(subject.closed).toBe(true);
    subject.report(1, STREAM_RESUME_BYTES + 1, STREAM_RESUME_BYTES, true);
    expect(changes).toEqual([true, false]);
  });

  it("does not hold the others once nothing more can come for it", () => {
    const { changes, gate: subject } = gate();
    subject.report(1, 0, STREAM_BUFFER_BYTES + 1, true);
    subject.report(1, STREAM_BUFFER_BYTES + 1, STREAM_BUFFER_BYTES + 1, false);
    expect(changes).toEqual([true, false]);
  });
});

describe("many slow streams", () => {
  it("keep the gate closed until the last of them has caught up", () => {
    const { changes, gate: subject } = gate();
    for (const id of [1, 3]) subject.report(id, 0, STREAM_BUFFER_BYTES + 1, true);
    subject.report(1, STREAM_BUFFER_BYTES + 1, 0, true);
    expect(changes).toEqual([true]);
    subject.report(3, STREAM_BUFFER_BYTES + 1, 0, true);
    expect(changes).toEqual([true, false]);
  });

  it("close the gate together although none is above its own limit", () => {
    const { changes, gate: subject } = gate();
    const count = CONNECTION_BUFFER_BYTES / STREAM_BUFFER_BYTES;
    for (let id = 0; id < count; id++) subject.report(id, 0, STREAM_BUFFER_BYTES, true);
    expect(subject.closed).toBe(false);
    subject.report(count, 0, 1, true);
    expect(subject.closed).toBe(true);
    for (let id = 0; id < count / 2; id++) subject.report(id, STREAM_BUFFER_BYTES, 0, false);
    expect(subject.closed).toBe(true);
    subject.report(count, 1, 0, true);
    expect(changes).toEqual([true, false]);
  });

  it("remembers for one question that reading was held", () => {
    const gate = new InputGate(() => {});
    expect(gate.takeHeld()).toBe(false);
    gate.report(1, 0, STREAM_BUFFER_BYTES + 1, true);
    gate.report(1, STREAM_BUFFER_BYTES + 1, 0, true);
    expect([gate.takeHeld(), gate.takeHeld()]).toEqual([true, false]);
    gate.report(1, 0, STREAM_BUFFER_BYTES + 1, true);
    expect([gate.takeHeld(), gate.takeHeld()]).toEqual([true, true]);
  });
});
