import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { pageScripts } from "./page-scripts.mjs";
import { temporaryRepository } from "./temp-repository.ts";

const KB = 1024;
/** Does not compress, so that its size is its gzip size but for a few bytes. */
const code = (bytes: number) => randomBytes(Math.ceil(bytes / 2)).toString("hex");
/** Hexadecimal digits hold half of what they take. */
const GZIP_RATIO = 0.5;

describe("pageScripts", () => {
  it("weighs what index.html loads and what the first terminal adds, and nothing else", () => {
    const html = [
      '<script src="/_next/static/chunks/main.js" async=""></script>',
      '<script src="/_next/static/chunks/polyfills.js" noModule=""></script>',
      "<script>self.__next_f=[]</script>",
    ].join("\n");
    const web = temporaryRepository({
      "index.html": html,
      "_next/static/chunks/main.js": code(100 * KB),
      "_next/static/chunks/polyfills.js": code(100 * KB),
      "_next/static/chunks/xterm.js": `"xterm-helper-textarea";${code(50 * KB)}`,
      "_next/static/chunks/another-page.js": code(200 * KB),
    });
    const { atLoadBytes, firstTerminalBytes } = pageScripts(web);
    expect(atLoadBytes / (100 * KB)).toBeCloseTo(GZIP_RATIO, 1);
    expect(firstTerminalBytes / (150 * KB)).toBeCloseTo(GZIP_RATIO, 1);
  });
});
