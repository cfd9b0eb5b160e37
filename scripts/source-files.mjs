/** The files of this repository that people write: everything but packages, build output and caches. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** What tools make, wherever it is (the same list as .gitignore). */
export const GENERATED = new Set([
  "node_modules",
  "next-env.d.ts",
  ".next",
  "out",
  "dist",
  ".cache",
  "test-results",
  "playwright-report",
  "coverage",
  ".git",
]);

/**
 * Every file below a folder as a path with slashes, sorted.
 * @param {string} root
 * @returns {string[]}
 */
export function filesIn(root) {
  /** @type {string[]} */
  const files = [];
  /** @param {string} folder */
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (GENERATED.has(entry.name)) continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) files.push(path);
    }
  };
  walk("");
  return files.sort();
}
