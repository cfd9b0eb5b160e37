import { expect, it } from "vitest";
import { MAX_HEADS_BYTES } from "./heads-in-flight.ts";
import { limitsFor, maxOpenFiles } from "./limits.ts";

it("keeps places for who is signed in, and files for the rest of the process", () => {
  for (const openFiles of [null, 1_048_576, 20_000, 4_096, 1_024, 256, 64]) {
    const limits = limitsFor({ oneAddress: false, tls: false, openFiles });
    expect(limits.strangers).toBeLessThan(limits.total);
    expect(limits.strangersPerAddress).toBeLessThanOrEqual(limits.strangers);
    expect(limits.handshakes).toBeLessThanOrEqual(limits.strangers);
    if (openFiles !== null && openFiles >= 1_024) expect(limits.total * 2).toBeLessThan(openFiles);
  }
  expect(limitsFor({ oneAddress: false, tls: false, openFiles: null }).total).toBe(10_000);
  expect(limitsFor({ oneAddress: false, tls: false, openFiles: 1_024 }).total).toBe(384);
});

it("spends at most 64 MiB on strangers, whether TLS ends here or not", () => {
  const [connection, secured, halfSecured, mib] = [15, 40, 60, 1_024];
  const plain = limitsFor({ oneAddress: true, tls: false, openFiles: null });
  expect((plain.strangers * connection) / mib + MAX_HEADS_BYTES / mib ** 2).toBeLessThan(64);
  const { strangers, handshakes } = limitsFor({ oneAddress: true, tls: true, openFiles: null });
  expect((handshakes * halfSecured + (strangers - handshakes) * secured) / mib).toBeLessThan(64);
});

it("does not count by address where all have the same", () => {
  const { strangers, strangersPerAddress } = limitsFor({ oneAddress: true, tls: false, openFiles: null });
  expect(strangersPerAddress).toBe(strangers);
});

it.runIf(process.platform === "linux")("knows how many files may be open", () => {
  expect(maxOpenFiles()).toBeGreaterThan(64);
});
