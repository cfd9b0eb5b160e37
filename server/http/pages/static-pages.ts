/**
 * The page's files, exported by the build and held in memory: at most a few megabytes, so that no path of a request
 * ever reaches the file system. Compressed once, at the first request of each.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { PageHandler } from "../request-listener.ts";
import { pagePolicy, SECURITY_HEADERS } from "../security-headers.ts";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};
const COMPRESSIBLE = /^(text|application|image\/svg)/;
/** Smaller files gain nothing. */
const MIN_GZIP_BYTES = 1_024;
/** A worker is governed by the policy of its own script; the bundler's first one fetches the rest of the worker. */
const WORKER_SCRIPT = /^turbopack-worker-[^/]*\.js$/;
const WORKER_POLICY = "default-src 'none'; script-src 'self'";
const compress = promisify(gzip);

interface PageFile {
  body: Buffer;
  type: string;
  etag: string;
  policy: string;
  zipped?: Promise<Buffer>;
}

/** @param directory the build's export; @param socketOrigins for connect-src */
export function createStaticPages(directory: string, socketOrigins: readonly string[]): PageHandler {
  const files = readFiles(directory, socketOrigins);
  return async (request, response, path) => {
    const found = find(files, path);
    if (!found) {
      const page = files.get("/404.html");
      if (!page || extname(path) !== "") return false;
      await send(request, response, page, 404, "/404.html");
      return true;
    }
    await send(request, response, found.file, 200, found.name);
    return true;
  };
}

function find(files: Map<string, PageFile>, path: string): { name: string; file: PageFile } | null {
  const base = path.replace(/\/$/, "");
  for (const name of [path, `${base}/index.html`, `${base}.html`]) {
    const file = files.get(name);
    if (file) return { name, file };
  }
  return null;
}

function readFiles(directory: string, socketOrigins: readonly string[]): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(entry.name)];
    if (!type) continue;
    const body = readFileSync(path);
    const policy = type.startsWith("text/html")
      ? pagePolicy(inlineScriptHashes(body.toString("utf8")), socketOrigins)
      : WORKER_SCRIPT.test(entry.name)
        ? WORKER_POLICY
        : "";
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    files.set(`/${relative(directory, path).split(sep).join("/")}`, { body, type, etag, policy });
  }
  return files;
}

/** SHA-256 of every script that stands in the page itself: the policy lists them instead of 'unsafe-inline' (A22). */
function inlineScriptHashes(html: string): string[] {
  const scripts = html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g);
  return [...new Set([...scripts].map(([, code]) => createHash("sha256").update(code!).digest("base64")))];
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: PageFile,
  code: number,
  name: string,
): Promise<void> {
  const headers: Record<string, string | number> = {
    ...SECURITY_HEADERS,
    ...(file.policy ? { "Content-Security-Policy": file.policy } : {}),
    "Content-Type": file.type,
    // Names below /_next/static/ hold a hash of their content.
    "Cache-Control": name.startsWith("/_next/static/") ? "public, max-age=31536000, immutable" : "no-cache",
    ETag: file.etag,
    Vary: "Accept-Encoding",
  };
  if (request.headers["if-none-match"] === file.etag) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  let body = file.body;
  if (
    body.byteLength >= MIN_GZIP_BYTES &&
    COMPRESSIBLE.test(file.type) &&
    /\bgzip\b/.test(String(request.headers["accept-encoding"]))
  ) {
    file.zipped ??= compress(file.body, { level: 9 });
    body = await file.zipped;
    headers["Content-Encoding"] = "gzip";
  }
  headers["Content-Length"] = body.byteLength;
  response.writeHead(code, headers);
  response.end(request.method === "HEAD" ? undefined : body);
}
