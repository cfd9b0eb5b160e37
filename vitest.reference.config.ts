/** The tests against the reference cluster: upstream Kubernetes code and real kubectls (e2e/reference), and real proxies in between (e2e/proxies). */
import { defineConfig } from "vitest/config";

/** With PORTHOLE_LONG=1 a test moves 64 MiB several times through three proxies. */
const TEST_TIMEOUT_MS = process.env.PORTHOLE_LONG === "1" ? 300_000 : 60_000;
/** Starting clusters and, on a fresh clone, building. */
const HOOK_TIMEOUT_MS = 240_000;

export default defineConfig({
  test: {
    include: ["e2e/reference/**/*.test.ts", "e2e/proxies/**/*.test.ts"],
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: HOOK_TIMEOUT_MS,
    pool: "forks",
    // Memory and throughput are looked at; two files at once would disturb each other.
    maxWorkers: 1,
  },
});
