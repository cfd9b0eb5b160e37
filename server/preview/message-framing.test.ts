import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { requestFraming } from "./message-framing.ts";

const framing = (method: string, headers: Record<string, string> = {}) =>
  requestFraming({ method, headers } as unknown as IncomingMessage);

describe("requestFraming", () => {
  it.each<[string, string, Record<string, string>, unknown]>([
    ["a request without a body", "GET", {}, { kind: "none", headers: [] }],
    ["a POST without one", "POST", {}, { kind: "none", headers: ["Content-Length", "0"] }],
    [
      "an empty body",
      "DELETE",
      { "content-length": "0" },
      { kind: "none", headers: ["Content-Length", "0"] },
    ],
    ["a length", "GET", { "content-length": "5" }, { kind: "length", headers: ["Content-Length", "5"] }],
    [
      "chunks with trailers",
      "PUT",
      { "transfer-encoding": "Chunked", trailer: "X-Sum" },
      { kind: "chunked", headers: ["Transfer-Encoding", "chunked", "Trailer", "X-Sum"] },
    ],
  ])("describes %s", (_what, method, headers, expected) => {
    expect(framing(method, headers)).toEqual(expected);
  });

  it.each<Record<string, string>>([
    { "transfer-encoding": "gzip, chunked" },
    { "transfer-encoding": "chunked, identity" },
    { "transfer-encoding": "xchunked" },
    { "transfer-encoding": "chunked", "content-length": "5" },
    { "content-length": "5, 5" },
    { "content-length": "+5" },
    { "content-length": "0x5" },
  ])("takes no part in %j", (headers) => {
    expect(framing("POST", headers)).toEqual({ kind: "unsupported" });
  });
});
