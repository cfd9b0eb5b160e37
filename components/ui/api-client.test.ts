import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError, apiFetch, setApiKey, setUnauthorizedListener } from "./api-client.ts";

let server: Server;
let base: string;
let seen: { message: IncomingMessage; body: string }[];
let answer: { code: number; body: string };

beforeEach(async () => {
  seen = [];
  answer = { code: 200, body: "{}" };
  server = createServer(async (message, response) => {
    let body = "";
    for await (const chunk of message) body += chunk;
    seen.push({ message, body });
    response.writeHead(answer.code).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  setUnauthorizedListener(null);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function failure(path = "/api/x"): Promise<ApiError> {
  const error: unknown = await apiFetch(base + path).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe("apiFetch", () => {
  it("sends the key and a JSON body, and parses the answer", async () => {
    setApiKey("x-test-key", "secret");
    answer.body = '{"id":"f1"}';
    expect(await apiFetch(`${base}/api/forwards`, { method: "POST", body: { port: 80 } })).toEqual({
      id: "f1",
    });
    const [request] = seen;
    expect(request?.message.method).toBe("POST");
    expect(request?.message.headers).toMatchObject({
      "x-test-key": "secret",
      "content-type": "application/json",
    });
    expect(request?.body).toBe('{"port":80}');
  });

  it("answers nothing for an empty body", async () => {
    answer = { code: 204, body: "" };
    expect(await apiFetch(`${base}/api/x`, { method: "DELETE" })).toBeUndefined();
  });

  it("takes code, message and reason from a Status", async () => {
    answer = {
      code: 403,
      body: '{"kind":"Status","message":"You may not create pods/exec.","reason":"Forbidden"}',
    };
    expect(await failure()).toMatchObject({
      status: 403,
      message: "You may not create pods/exec.",
      reason: "Forbidden",
    });
  });

  it.each(["<html>Bad Gateway</html>", "null", '{"message":7}', ""])(
    "finds words for an answer that is no Status: %j",
    async (body) => {
      answer = { code: 502, body };
      expect((await failure()).message).toBe("The server answered with code 502 (Bad Gateway).");
    },
  );

  it("cuts a message of great length", async () => {
    answer = { code: 500, body: JSON.stringify({ message: "x".repeat(10_000) }) };
    expect((await failure()).message.length).toBeLessThan(2_500);
  });

  it("says that nobody answers, with status 0", async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await failure()).toMatchObject({ status: 0, reason: "Unreachable" });
  });

  it("does not take a success that cannot be read for one", async () => {
    answer.body = "<html>";
    expect(await failure()).toMatchObject({ reason: "Unreadable" });
  });

  it("tells the listener of a 401 and of nothing else", async () => {
    let told = 0;
    setUnauthorizedListener(() => {
      told += 1;
    });
    answer = { code: 403, body: "{}" };
    await failure();
    expect(told).toBe(0);
    answer = { code: 401, body: "{}" };
    await failure();
    expect(told).toBe(1);
  });

  it("leaves an abort an abort", async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(apiFetch(`${base}/api/x`, { signal: abort.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
  });
});
