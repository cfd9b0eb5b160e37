/** Which paths Next gets in development; e2e/development.spec.ts asks the real one. */
import { describe, expect, it } from "vitest";
import { isForNext } from "./development-pages.ts";

describe("Next in development", () => {
  it.each([
    "/",
    "/open",
    "/open/",
    "/icon.svg",
    "/manifest.webmanifest",
    "/nowhere",
    "/_next/static/chunks/%5Broot-of-the-server%5D__1._.js",
    "/_next/static/media/Geist.woff2",
    "/_next/static/chunks/a.js.map",
  ])("gets %s", (path) => {
    expect(isForNext(path)).toBe(true);
  });

  it.each([
    "/__nextjs_launch-editor",
    "/__nextjs_launch-editor/",
    "/__NEXTJS_launch-editor",
    "/__nextjs_original-stack-frame",
    "/__nextjs_original-stack-frames",
    "/__nextjs_source-map",
    "/__nextjs_attach-nodejs-inspector",
    "/__nextjs_restart_dev",
    "/__nextjs_server_status",
    "/__nextjs_devtools_config",
    "/__nextjs_disable_dev_indicator",
    "/__nextjs_error_feedback",
    "/__nextjs_font/geist-latin.woff2",
    "/_next/mcp",
    "/_next/image",
    "/_next/data/development/index.json",
    "/_next/hmr",
    "/_next/webpack-hmr",
    "/_next/development/_buildManifest.js",
    "/_next/static",
    "/_next/static/",
    "/_next/staticx",
    "/_next",
    "/_next/",
    "/open/__nextjs_launch-editor",
    "/open/_next/image",
  ])("does not get %s", (path) => {
    expect(isForNext(path)).toBe(false);
  });
});
