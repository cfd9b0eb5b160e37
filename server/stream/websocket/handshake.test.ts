import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { acceptOf, answerProblem, requestProblem } from "./handshake.ts";

/** The worked example of RFC 6455 section 1.3. */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

type Head = { method?: string; httpVersion?: string; statusCode?: number; headers?: IncomingHttpHeaders };

function request({ headers, ...line }: Head = {}): IncomingMessage {
  const good = {
    connection: "keep-alive, Upgrade",
    upgrade: "WebSocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": KEY,
  };
  return { method: "GET", httpVersion: "1.1", ...line, headers: { ...good, ...headers } } as IncomingMessage;
}

function answer({ headers, ...line }: Head = {}): IncomingMessage {
  const good = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-accept": ACCEPT };
  return { statusCode: 101, ...line, headers: { ...good, ...headers } } as IncomingMessage;
}

describe("acceptOf", () => {
  it("is what the RFC's example says", () => {
    expect(acceptOf(KEY)).toBe(ACCEPT);
  });
});

describe("requestProblem", () => {
  it("finds none in a request as browsers, kubectl and proxies send it", () => {
    expect(requestProblem(request())).toBeNull();
    expect(requestProblem(request({ headers: { "content-length": "0" } }))).toBeNull();
  });

  it.each<[string, Head, string]>([
    ["POST", { method: "POST" }, "method"],
    ["HTTP/1.0", { httpVersion: "1.0" }, "other"],
    ["h2c beside websocket", { headers: { upgrade: "websocket, h2c" } }, "other"],
    ["a connection that stays HTTP", { headers: { connection: "keep-alive" } }, "other"],
    ["a length", { headers: { "content-length": "5" } }, "other"],
    ["two lengths", { headers: { "content-length": "0, 0" } }, "other"],
    ["a chunked body", { headers: { "transfer-encoding": "chunked" } }, "other"],
    ["version 12", { headers: { "sec-websocket-version": "12" } }, "version"],
    ["two versions", { headers: { "sec-websocket-version": "13, 13" } }, "version"],
    ["a short key", { headers: { "sec-websocket-key": "c2hvcnQ=" } }, "other"],
    ["two keys", { headers: { "sec-websocket-key": `${KEY}, ${KEY}` } }, "other"],
    ["a key of more than 16 bytes", { headers: { "sec-websocket-key": KEY.replace("Q==", "R==") } }, "other"],
  ])("finds %s", (_what, head, part) => {
    expect(requestProblem(request(head))?.part).toBe(part);
  });
});

describe("answerProblem", () => {
  const asked = { key: KEY, subprotocols: ["a/b", "c"], mustChoose: false, extensions: true };
  const strict = { ...asked, mustChoose: true, extensions: false };
  const chose = (name: string): Head => ({ headers: { "sec-websocket-protocol": name } });

  it("finds none in a 101 that is one", () => {
    expect(answerProblem(answer(), asked)).toBeNull();
    expect(answerProblem(answer(chose("a/b")), strict)).toBeNull();
  });

  it.each<[string, Head]>([
    ["another code", { statusCode: 200 }],
    ["another protocol", { headers: { upgrade: "h2c" } }],
    ["no Connection: Upgrade", { headers: { connection: "close" } }],
    ["another key's answer", { headers: { "sec-websocket-accept": acceptOf("other") } }],
    ["a subprotocol that was not offered", chose("d")],
    ["two subprotocols", chose("a/b, c")],
    ["another case of the name", chose("A/B")],
  ])("finds %s", (_what, head) => {
    expect(answerProblem(answer(head), asked)).not.toBeNull();
  });

  it("finds a choice that was missed, and one that was not offered", () => {
    expect(answerProblem(answer(), strict)).toBe("chose no subprotocol");
    const deflated = answer({
      headers: { "sec-websocket-protocol": "c", "sec-websocket-extensions": "permessage-deflate" },
    });
    expect(answerProblem(deflated, strict)).not.toBeNull();
    expect(answerProblem(deflated, asked)).toBeNull();
  });

  it("says only the beginning of a long name", () => {
    expect(answerProblem(answer(chose("x".repeat(9_000))), asked)!.length).toBeLessThan(100);
  });
});
