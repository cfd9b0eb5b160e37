import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Grants } from "#server/access/grants.ts";
import { startApiServer, type TestServer } from "#server/kube/testing/api-server.ts";
import { clusterFor } from "#server/kube/testing/cluster.ts";
import { type Loopback, listenOnLoopback, until } from "#server/testing/loopback.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { sendError } from "../error-response.ts";
import { kubePath } from "./kube-path.ts";
import { relayRead } from "./kube-relay.ts";
import { READ_LIMITS } from "./read-ahead.ts";

const PODS = "/api/v1/namespaces/default/pods";
const LINE = '{"type":"ADDED","object":{}}\n';

const EXPIRED = `e30.${Buffer.from('{"exp":1}').toString("base64url")}.sig`;

/** One read through a relay, whose API server answers as the test says and never ends by itself. */
class Bench {
  readonly people = new SignedIn();
  readonly grants = new Grants();
  porthole!: Loopback;
  apiServer!: TestServer;
  /** Nearly every list is too long to be held back until it is whole. */
  heldBytes = 4;
  /** Answers of the API server that are open. */
  readonly answers: ServerResponse[] = [];

  async start(): Promise<this> {
    this.apiServer = await startApiServer((_request, response) => this.answers.push(response));
    const cluster = clusterFor(this.apiServer.url, { user: "ann", credential: { token: EXPIRED } });
    this.porthole = await listenOnLoopback({
      request: (request, response) => {
        const { pathname, search } = new URL(request.url ?? "", this.porthole.origin);
        const target = kubePath("GET", pathname);
        if (target?.kind !== "read") throw new Error(`${pathname} is no read`);
        const read = { caller: this.people.caller(), cluster, target, request, response, query: search };
        relayRead(this.grants, read, { ...READ_LIMITS, heldBytes: this.heldBytes }).catch((error) =>
          sendError(response, error),
        );
      },
    });
    return this;
  }

  /** The client's answer, with what came of its body, and all of it once it has ended. */
  async read(path: string) {
    const answer = await fetch(this.porthole.origin + path);
    const seen = { text: "" };
    const body = (async () => {
      try {
        for await (const piece of answer.body!) seen.text += Buffer.from(piece).toString();
        return seen.text;
      } catch {
        return `${seen.text}(cut)`;
      }
    })();
    return { answer, seen, body };
  }

  /** What a read gets whose sign-in ends once `sent` has arrived. */
  async endedBehind(sent: string, query = "watch=1", type = "application/json", path = PODS) {
    const reading = this.read(`${path}?${query}`);
    await until("the question", () => this.answers.length === 1);
    this.answers[0]!.writeHead(200, { "content-type": type });
    this.answers[0]!.write(sent);
    const { seen, body } = await reading;
    await until("what was sent", () => seen.text === sent);
    this.people.signOut();
    const text = await body;
    await until("the API server to be let go", () => this.answers[0]!.destroyed);
    return text;
  }
}

describe("a read whose sign-in ends", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await new Bench().start();
  });
  afterEach(async () => {
    await bench.porthole.close();
    expect(bench.grants.watched).toBe(0);
  });

  it("tells a watch so, as the API server would", async () => {
    const text = await bench.endedBehind(LINE);
    expect(text.startsWith(LINE)).toBe(true);
    expect(JSON.parse(text.slice(LINE.length))).toMatchObject({
      type: "ERROR",
      object: { kind: "Status", code: 401, reason: "Unauthorized", message: "you signed out" },
    });
  });

  it("puts no words into the middle of a line", async () => {
    expect(await bench.endedBehind(`${LINE}{"type":`)).toBe(`${LINE}{"type":(cut)`);
  });

  it.each([
    ["a watch that is no JSON", "watch=1", "application/vnd.kubernetes.protobuf;stream=watch", PODS],
    ["a log", "follow=1", "text/plain", `${PODS}/x/log`],
    ["a list that takes long", "limit=500", "application/json", PODS],
  ])("cuts %s", async (_name, query, type, path) => {
    expect(await bench.endedBehind("something\n", query, type, path)).toBe("something\n(cut)");
  });

  it("refuses one that the API server has not answered yet", async () => {
    const reading = bench.read(`${PODS}?watch=1`);
    await until("the question", () => bench.answers.length === 1);
    bench.people.signOut();
    const { answer, body } = await reading;
    expect(answer.status).toBe(401);
    expect(JSON.parse(await body).message).toBe("you signed out");
    await until("the API server to be let go", () => bench.answers[0]!.destroyed);
  });

  it("refuses a list that is not whole yet", async () => {
    bench.heldBytes = READ_LIMITS.heldBytes;
    const reading = bench.read(`${PODS}?limit=500`);
    await until("the question", () => bench.answers.length === 1);
    bench.answers[0]!.writeHead(200, { "content-type": "application/json" });
    await new Promise<void>((sent) => bench.answers[0]!.write('{"items":[', () => sent()));
    bench.people.signOut();
    const { answer, body } = await reading;
    expect(answer.status).toBe(401);
    expect(JSON.parse(await body).message).toBe("you signed out");
    await until("the API server to be let go", () => bench.answers[0]!.destroyed);
  });

  it("leaves one alone that is over, and watches nothing for it", async () => {
    const reading = bench.read(PODS);
    await until("the question", () => bench.answers.length === 1);
    bench.answers[0]!.end("{}");
    const { body } = await reading;
    expect(await body).toBe("{}");
    bench.people.signOut();
  });
});

it.each(["", "?watch=1"])("says of a refused credential what it says of itself: pods%s", async (query) => {
  const bench = await new Bench().start();
  const reading = bench.read(PODS + query);
  await until("the question", () => bench.answers.length === 1);
  bench.answers[0]!.writeHead(401, { "content-type": "application/json" });
  bench.answers[0]!.end('{"kind":"Status","message":"Unauthorized","reason":"Unauthorized","code":401}');
  const { answer, body } = await reading;
  expect(answer.status).toBe(401);
  expect(JSON.parse(await body)).toMatchObject({
    message: expect.stringMatching(/the user "ann" .* expired at 1970-01-01T00:00:01Z/),
    reason: "Unauthorized",
    details: { causes: [{ reason: "CredentialExpired" }] },
  });
  await bench.porthole.close();
});
