import { defineConfig } from "vitest/config";

const HOSTILE = "server/hostile-*.test.ts";
const shared = { testTimeout: 20_000, pool: "forks" } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: [
            "protocol/**/*.test.ts",
            "server/**/*.test.ts",
            "components/**/*.test.{ts,tsx}",
            "scripts/**/*.test.ts",
          ],
          exclude: [HOSTILE],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Memory and delays are looked at: behind all others, and one file at a time.
        test: {
          ...shared,
          name: "hostile",
          include: [HOSTILE],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
