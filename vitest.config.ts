import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "protocol/**/*.test.ts",
      "server/**/*.test.ts",
      "components/**/*.test.{ts,tsx}",
      "scripts/**/*.test.ts",
    ],
    testTimeout: 20_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
