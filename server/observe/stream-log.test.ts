import { describe, expect, it } from "vitest";
import { Metrics } from "./metrics.ts";
import { StreamLog } from "./stream-log.ts";

const DIAL = { cluster: "c", namespace: "n", pod: "p", subresource: "exec", dialledAt: 1 } as const;
const OPENED = { subprotocol: "v5.channel.k8s.io", transport: "websocket", handshakeMs: 1 } as const;
const NUMBERS = { bytesUp: 1, bytesDown: 2, channels: null, rttMs: null };
const REFUSED = { cause: "refused", words: "no" } as const;

function start() {
  const log = new StreamLog(new Metrics({ sessions: () => 0, forwards: () => 0 }));
  return { log, open: () => log.open(DIAL, OPENED, () => NUMBERS) };
}

describe("the log of streams", () => {
  it("keeps what ended through any number of dials that fail, and the newest of those", () => {
    const { log, open } = start();
    open().end({ cause: "exited", words: "over" });
    for (let dial = 0; dial < 1_000; dial++) log.failed(DIAL, REFUSED);
    const causes = log.list().map(({ endCause }) => endCause);
    expect(causes.length).toBeLessThan(200);
    expect([causes[0], causes.at(-1)]).toEqual(["refused", "exited"]);
  });

  it("forgets the oldest that ended, and never an open one", () => {
    const { log, open } = start();
    const first = open();
    for (let stream = 0; stream < 1_000; stream++) open().end({ cause: "exited", words: "over" });
    expect(log.list().length).toBeLessThan(300);
    expect(log.list().at(-1)).toMatchObject({ id: first.details.id, endedAt: null });
  });

  it("takes the first end, whoever tells another one later", () => {
    const { log, open } = start();
    const record = open();
    record.end({ cause: "revoked", words: "taken away" });
    record.end({ cause: "closed", words: "closed in order" });
    expect(log.list()).toMatchObject([
      { endCause: "revoked", ended: "taken away", bytesUp: 1, bytesDown: 2 },
    ]);
  });
});
