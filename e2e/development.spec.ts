/**
 * `npm run dev`: Next's own server stands behind the same door as everything else (docs/threats.md A36), and the page
 * works behind it. It starts the real one, once.
 */
import { request as httpRequest } from "node:http";
import { expect, test } from "@playwright/test";
import { WebSocket } from "ws";
import { ROOT } from "../scripts/run-step.mjs";
import { ownEnvironment } from "./porthole-process.ts";
import { RunningProcess } from "./running-process.ts";

const START_LIMIT_MS = 180_000;
/** The first page is compiled when it is asked for. */
const COMPILE_LIMIT_MS = 120_000;
const READY_LINE = /^Porthole is ready at (http:\/\/([^\s#]+))\/#t=(\S+)$/m;
const COMMAND = ["--import", "tsx", "server/main.ts", "--dev", "--demo", "--no-open", "--port", "0"];

let server: RunningProcess;
let origin: string;
let host: string;
let token: string;

test.describe.configure({ mode: "serial", timeout: COMPILE_LIMIT_MS });

test.beforeAll(async () => {
  test.setTimeout(START_LIMIT_MS);
  const env = { ...ownEnvironment(), NODE_ENV: undefined, NEXT_TELEMETRY_DISABLED: "1" };
  const started = await RunningProcess.start([process.execPath, ...COMMAND], READY_LINE, {
    ...{ cwd: ROOT, env, readyTimeoutMs: START_LIMIT_MS },
  });
  server = started.process;
  [, origin = "", host = "", token = ""] = started.match;
});

test.afterAll(() => server?.stop());

interface Answer {
  code: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(origin);
    const asked = httpRequest({ host: url.hostname, port: url.port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ code: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on("error", reject).end();
  });
}

/** @returns the HTTP status: 101 when it was opened */
function upgrade(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(origin.replace("http", "ws") + path, { headers });
    socket.on("error", () => {});
    socket.on("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.on("unexpected-response", (_request, { statusCode }) => {
      socket.terminate();
      resolve(statusCode ?? 0);
    });
  });
}

const CLOSED = [
  "/__nextjs_launch-editor?file=/etc/passwd",
  "/__nextjs_launch-editor/?file=/etc/passwd",
  "/__nextjs_source-map?filename=file:///etc/passwd",
  "/__nextjs_original-stack-frames",
  "/__nextjs_attach-nodejs-inspector",
  "/__nextjs_restart_dev",
  "/__nextjs_server_status",
  "/__nextjs_devtools_config",
  "/__nextjs_disable_dev_indicator",
  "/__nextjs_font/geist-latin.woff2",
  "/_next/mcp",
  "/_next/image?url=/icon.svg&w=64&q=75",
  "/_next/data/development/index.json",
];

test("what Next offers beside the page is refused, to who is signed in as well", async () => {
  for (const path of CLOSED) {
    for (const headers of [undefined, { authorization: `Bearer ${token}` }]) {
      const { code, body } = await ask(path, headers);
      expect({ path, code }).toEqual({ path, code: 403 });
      expect(JSON.parse(body)).toMatchObject({ kind: "Status", reason: "Forbidden" });
      expect((await ask(path, headers, "POST")).code).toBe(405);
    }
  }
  for (const path of [
    "/x/../__nextjs_launch-editor",
    "//__nextjs_launch-editor",
    "/%5F_nextjs_launch-editor",
  ])
    expect({ path, code: (await ask(path)).code }).toEqual({ path, code: 400 });
});

test("every answer has the headers of production, and only our own Host is answered", async () => {
  for (const path of [
    "/",
    "/open",
    "/icon.svg",
    "/nowhere",
    "/_next/static/nowhere.js",
    "/_next/mcp",
    "/api/x",
  ]) {
    const { headers } = await ask(path);
    expect(headers, path).toMatchObject({
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
    });
    expect(headers["content-security-policy"], path).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect((await ask(path, { host: "evil.test" })).code, path).toBe(421);
  }
});

test("the socket that reloads the page opens for our own page, and no other path of Next's", async () => {
  expect(await upgrade("/_next/hmr?id=x", { origin })).toBe(101);
  expect(await upgrade("/_next/hmr?id=x", {})).toBe(403);
  expect(await upgrade("/_next/hmr?id=x", { origin: "http://evil.test" })).toBe(403);
  expect(await upgrade("/_next/hmr?id=x", { origin, host: "evil.test" })).toBe(421);
  for (const path of ["/_next/hmrx", "/_next/mcp", "/_next/webpack-hmr", "/__nextjs_restart_dev"])
    expect({ path, code: await upgrade(path, { origin }) }).toEqual({ path, code: 401 });
});

test("the page works behind it: it is signed in, reloads itself, and breaks no policy", async ({ page }) => {
  const broken: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) broken.push(message.text());
  });
  const reloads = page.waitForEvent("websocket", (socket) =>
    socket.url().startsWith(`ws://${host}/_next/hmr`),
  );
  await page.goto(`${origin}/#t=${token}`);
  await reloads;
  await expect(page.getByText("shell", { exact: true }).first()).toBeVisible({ timeout: COMPILE_LIMIT_MS });
  expect(broken).toEqual([]);
});
