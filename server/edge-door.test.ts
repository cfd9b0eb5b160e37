/** Who gets in, by attacks on the whole server: rows A2, A8 and A35 of docs/threats.md. */
import { request as httpRequest } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { KEY_HEADER, type LaunchLink, type LoginAnswer } from "#protocol/api.ts";
import { TICKET_PREFIX } from "#protocol/subprotocol.ts";
import { Edge, EXEC } from "./edge.fixture.ts";

interface Answer {
  code: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** @param from the address the client has */
function ask(
  edge: Edge,
  path: string,
  { from = "127.0.0.1", headers = {}, body }: { from?: string; headers?: object; body?: unknown } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      ...{ host: "127.0.0.1", port: edge.port, path, localAddress: from, agent: false },
      method: body === undefined ? "GET" : "POST",
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    };
    const request = httpRequest(options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      response.once("end", () =>
        resolve({ code: response.statusCode!, headers: response.headers, body: text }),
      );
    });
    request.once("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe("a neighbour on loopback (A2, A8)", () => {
  let edge: Edge;
  let key: string;
  beforeAll(async () => {
    edge = await Edge.start();
    ({ [KEY_HEADER]: key } = await edge.signIn());
  });
  afterAll(() => edge.close());

  it("is sent no cookie of ours, by any answer", async () => {
    const headers = { [KEY_HEADER]: key };
    const answers = await Promise.all([
      ask(edge, "/api/login", { body: { token: edge.token } }),
      ask(edge, "/api/login", { body: { token: edge.token }, headers }),
      ask(edge, "/api/session", { headers }),
      ask(edge, "/"),
    ]);
    for (const answer of answers) expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(answers[2]!.code).toBe(200);
    expect(answers[2]!.body).not.toContain(key);
  });

  it.each(["same-origin", undefined])("gets nothing for cookies and Sec-Fetch-Site %s", async (site) => {
    const other = (await edge.signIn())[KEY_HEADER];
    const headers = {
      cookie: `porthole_${edge.port}=${key}; porthole=${other}; __Host-porthole=${key}`,
      ...(site && { "sec-fetch-site": site }),
    };
    for (const path of ["/api/session", "/api/sessions", "/clusters/demo/api/v1/pods", "/metrics"])
      expect((await ask(edge, path, { headers })).code).toBe(401);
    expect((await ask(edge, "/api/tickets", { headers, body: { path: EXEC } })).code).toBe(401);
    expect((await ask(edge, "/api/links", { headers, body: {} })).code).toBe(401);
    const upgrade = edge.upgradeTo(EXEC, { Cookie: headers.cookie, Origin: edge.origin });
    expect((await edge.raw(upgrade)).line).toContain("401");
  });

  it("locks nobody out by planted cookies, however many and however large", async () => {
    const pairs = [
      "",
      `porthole_${edge.port}=x`,
      `porthole_${edge.port}=x; porthole_${edge.port}=y`,
      "=; ;; a; =b",
      // All that a browser keeps for one host: 180 of 4 KB.
      Array.from({ length: 180 }, (_, index) => `p${index}=${"x".repeat(4_000)}`).join("; "),
    ];
    for (const cookie of pairs) {
      const headers = { [KEY_HEADER]: key, cookie };
      expect((await ask(edge, "/api/session", { headers })).code).toBe(200);
      expect((await ask(edge, "/api/tickets", { headers, body: { path: "/x" } })).code).toBe(201);
      expect((await ask(edge, "/api/login", { headers: { cookie }, body: { token: edge.token } })).code).toBe(
        200,
      );
    }
  });

  it("who listens on another of our names is shown no page of ours, and machines are served there", async () => {
    for (const name of ["localhost", "[::1]"]) {
      const headers = { host: `${name}:${edge.port}` };
      for (const path of ["/", "/?cluster=demo&x=%2F", "/open?forward=x"]) {
        const answer = await ask(edge, path, { headers });
        expect([answer.code, answer.headers.location]).toEqual([307, edge.origin + path]);
        expect(answer.headers["x-frame-options"]).toBe("DENY");
      }
      expect((await ask(edge, "/api/clusters", { headers: { ...headers, ...edge.machine } })).code).toBe(200);
      expect((await ask(edge, "/healthz", { headers })).code).toBe(200);
    }
    expect((await ask(edge, "/")).code).not.toBe(307);
  });
});

describe("a guesser (A35)", () => {
  const GUESSES = 200;
  const PER_SECOND = 640;
  /** The first wait, on a busy machine. */
  const WAIT_MS = 20_000;
  let edge: Edge;
  beforeEach(async () => {
    edge = await Edge.start();
  });
  afterEach(() => edge.close());

  async function guess(one: (guess: string) => Promise<number>): Promise<number[]> {
    const began = performance.now();
    const codes: Promise<number>[] = [];
    for (let index = 0; index < GUESSES; index += 1) {
      codes.push(one(`guess-of-a-token-${index}`));
      const early = (index * 1_000) / PER_SECOND - (performance.now() - began);
      if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    }
    return Promise.all(codes);
  }

  const login = (token: string, from?: string) =>
    ask(edge, "/api/login", { body: { token }, ...(from && { from }) });
  const withBearer = (token: string, from?: string) =>
    ask(edge, "/api/clusters", { headers: { authorization: `Bearer ${token}` }, ...(from && { from }) });
  const withUpgrade = async (lines: Record<string, string>) =>
    Number((await edge.raw(edge.upgradeTo(EXEC, lines))).line.split(" ")[1]);

  const WAYS: Record<
    string,
    { one: (guess: string) => Promise<number>; right: () => Promise<Answer> | null }
  > = {
    "logging in": { one: async (token) => (await login(token)).code, right: () => login(edge.token) },
    "a bearer token": {
      one: async (token) => (await withBearer(token)).code,
      right: () => withBearer(edge.token),
    },
    "a bearer token of an upgrade": {
      one: (token) => withUpgrade({ Authorization: `Bearer ${token}` }),
      right: () => withBearer(edge.token),
    },
    "a ticket": {
      one: (ticket) => withUpgrade({ Origin: edge.origin, "Sec-WebSocket-Protocol": TICKET_PREFIX + ticket }),
      right: () => null,
    },
  };

  it.each(Object.entries(WAYS))(
    "by %s waits also with the right one, and its owner does not",
    async (_way, { one, right }) => {
      const headers = await edge.signIn();
      const codes = await guess(one);
      expect(codes.filter((code) => code === 401).length).toBeLessThan(15);
      expect(codes.filter((code) => code === 429).length).toBeGreaterThan(GUESSES - 15);
      const refused = await right();
      if (refused) {
        expect([refused.code, JSON.parse(refused.body).reason]).toEqual([429, "TooManyRequests"]);
        expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
      }
      // Signed in, at the same address; and from others.
      expect((await ask(edge, "/api/tickets", { headers, body: { path: "/x" } })).code).toBe(201);
      expect((await withBearer(edge.token, "127.0.0.2")).code).toBe(200);
      expect((await login(edge.token, "127.0.0.3")).code).toBe(200);
      expect(edge.logged.join("")).toContain("wrong tokens: this address has to wait");
      expect(edge.logged.join("")).not.toContain("guess-of-a-token");
      if (refused)
        await expect.poll(async () => (await right())?.code, { timeout: WAIT_MS, interval: 200 }).toBe(200);
    },
  );

  it("by logging in stops no machine, and by a bearer token none that was there before", async () => {
    await guess(async (token) => (await login(token)).code);
    expect((await withBearer(edge.token)).code).toBe(200);
    await guess(async (token) => (await withBearer(token)).code);
    expect((await withBearer(edge.token)).code).toBe(200);
  });
});

it("a link that a machine asked for opens one browser, and is no bearer token", async () => {
  const edge = await Edge.start();
  try {
    const made = await ask(edge, "/api/links", { headers: edge.machine, body: {} });
    const { url, expiresAt } = JSON.parse(made.body) as LaunchLink;
    expect([made.code, new URL(url).origin]).toEqual([201, edge.origin]);
    expect(expiresAt).toBeGreaterThan(Date.now());
    const token = new URL(url).hash.slice("#t=".length);
    const first = await ask(edge, "/api/login", { body: { token } });
    const { key } = JSON.parse(first.body) as LoginAnswer;
    const again = await ask(edge, "/api/login", { body: { token } });
    expect([first.code, again.code]).toEqual([200, 401]);
    expect(JSON.parse(again.body).message).toMatch(/good once.*POST \/api\/links/);
    const headers = { [KEY_HEADER]: key };
    expect((await ask(edge, "/api/login", { body: { token }, headers })).code).toBe(200);
    expect((await ask(edge, "/api/links", { body: {}, headers })).code).toBe(403);
    const machine = { authorization: `Bearer ${token}` };
    expect((await ask(edge, "/api/clusters", { headers: machine })).code).toBe(401);
  } finally {
    await edge.close();
  }
});
