/** A small repository in a temporary folder, for the tests of the checks. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

const PACKAGE_JSON = {
  imports: {
    "#protocol/*": "./protocol/*",
    "#components/*": "./components/*",
    "#server/*": "./server/*",
  },
};

/** Writes the files (path -> content) and removes them when the test is over. Gives the folder. */
export function temporaryRepository(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "porthole-repository-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries({ "package.json": JSON.stringify(PACKAGE_JSON), ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
