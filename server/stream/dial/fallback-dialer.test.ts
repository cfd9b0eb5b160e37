import { describe, expect, it } from "vitest";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { channelPair } from "#server/testing/channel-pair.ts";
import { StreamError, UpgradeError } from "../errors.ts";
import type { ExecDialer, ExecTarget, TunnelDialer } from "../types.ts";
import { FallbackDialer } from "./fallback-dialer.ts";
import { FallbackPolicy, MEMORY_MS } from "./fallback-policy.ts";

const TARGET: ExecTarget = {
  namespace: "team-a",
  pod: "api",
  subresource: "exec",
  command: ["ls"],
  stdin: false,
  stdout: true,
  stderr: true,
  tty: false,
};

/** A dialer that answers what it is told to and counts. */
function scripted(answer: Error | null) {
  const dialer = {
    answer,
    dials: 0,
    async dialExec() {
      dialer.dials += 1;
      if (dialer.answer) throw dialer.answer;
      return { socket: channelPair(V5_SUBPROTOCOL)[0], handshakeMs: 1 };
    },
    async dialTunnel(): Promise<never> {
      dialer.dials += 1;
      throw dialer.answer ?? new Error("not used");
    },
  };
  return dialer satisfies ExecDialer & TunnelDialer;
}

function start(websocket: Error | null, spdy: Error | null, env: Record<string, string> = {}) {
  const clock = { now: 0 };
  const primary = scripted(websocket);
  const secondary = scripted(spdy);
  const dialer = new FallbackDialer(primary, secondary, new FallbackPolicy(env, () => clock.now), "staging");
  return { primary, secondary, dialer, clock };
}

const forbidden = new UpgradeError(403, 'pods "api" is forbidden: User "u" cannot get resource "pods/exec"', {
  kind: "Status",
  reason: "Forbidden",
  code: 403,
});
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: Error) => error,
  );

describe("a client that speaks SPDY", () => {
  const spdyFirst = { ...TARGET, spdyFirst: true };

  it("gets SPDY, and a fallback is not what it is", async () => {
    const { dialer, primary } = start(null, null);
    expect(await dialer.dialExec(spdyFirst)).not.toHaveProperty("fallback");
    expect(primary.dials).toBe(0);
  });

  it("gets a WebSocket where SPDY is refused, and the refusal where both would be", async () => {
    const proxied = start(null, new UpgradeError(502, "no such upgrade"));
    await proxied.dialer.dialExec(spdyFirst);
    expect(proxied.primary.dials).toBe(1);
    const gone = start(null, new UpgradeError(404, "pods not found"));
    expect(await failure(gone.dialer.dialExec(spdyFirst))).toMatchObject({ httpStatus: 404 });
    expect(gone.primary.dials).toBe(0);
  });
});

describe("falling back to SPDY", () => {
  it.each([
    ["400", new UpgradeError(400, "Bad Request"), "refused", /answered 400: Bad Request/],
    ["a bare 403 of an old kubelet", new UpgradeError(403, ""), "no-subprotocol", /do not speak/],
    [
      "a proxy's page with 403",
      new UpgradeError(403, "Blocked", null, { answer: { headers: {}, body: "<h1>Blocked</h1>" } }),
      "refused",
      /answered 403: Blocked/,
    ],
    ["403 with a Status", forbidden, "lacks-get", /lacks "get" on pods\/exec/],
    ["500", new UpgradeError(500, "boom"), "refused", /answered 500: boom/],
    [
      "a wrong 101",
      new UpgradeError(101, "the API server chose no subprotocol"),
      "wrong-upgrade",
      /upgraded wrongly/,
    ],
    ["a redirect", new UpgradeError(302, "moved"), "refused", /answered 302/],
  ])("happens after %s, and says so", async (_name, refusal, code, words) => {
    const { dialer } = start(refusal, null);
    const { fallback } = await dialer.dialExec(TARGET);
    expect(fallback).toMatchObject({ code, httpStatus: refusal.httpStatus });
    expect(fallback?.words).toMatch(words);
  });

  it.each([
    ["401: the credential is the same", new UpgradeError(401, "Unauthorized")],
    ["404: the pod is the same", new UpgradeError(404, 'pods "api" not found')],
    ["an unreachable host", new StreamError("UNREACHABLE", "no route")],
    ["a time limit", new StreamError("TIMEOUT", "no answer")],
    ["an error of ours", new TypeError("a bug")],
  ])("does not happen after %s", async (_name, error) => {
    const { dialer, secondary } = start(error, null);
    expect(await failure(dialer.dialExec(TARGET))).toBe(error);
    expect(secondary.dials).toBe(0);
  });

  it("costs one round trip from the second stream on, until the cluster may have been upgraded", async () => {
    const { dialer, primary, secondary, clock } = start(new UpgradeError(400, "no"), null);
    await dialer.dialExec(TARGET);
    expect((await dialer.dialExec(TARGET)).fallback?.words).toMatch(/answered 400/);
    expect([primary.dials, secondary.dials]).toEqual([1, 2]);
    clock.now = MEMORY_MS + 1;
    primary.answer = null;
    expect((await dialer.dialExec(TARGET)).fallback).toBeUndefined();
  });

  it("remembers of each namespace: a role may have get in one and not in another", async () => {
    const { dialer, primary } = start(forbidden, null);
    await dialer.dialExec(TARGET);
    await dialer.dialExec({ ...TARGET, namespace: "team-b" });
    expect(primary.dials).toBe(2);
  });

  it("remembers of each subresource: a role may have get on one, and the reason names the one that is meant", async () => {
    const { dialer, primary } = start(forbidden, null);
    await dialer.dialExec(TARGET);
    const attached = await dialer.dialExec({ ...TARGET, subresource: "attach", command: [] });
    expect(primary.dials).toBe(2);
    expect(attached.fallback?.words).toMatch(/"get" on pods\/attach$/);
  });

  it("is not remembered when SPDY failed as well: a wrong container says nothing of the cluster", async () => {
    const { dialer, primary } = start(
      new UpgradeError(400, "container c is not valid"),
      new UpgradeError(400, "container c is not valid"),
    );
    await failure(dialer.dialExec(TARGET));
    await failure(dialer.dialExec(TARGET));
    expect(primary.dials).toBe(2);
  });

  it("keeps both errors, and says the same one once", async () => {
    const both = await failure(
      start(forbidden, new UpgradeError(500, "runtime is down")).dialer.dialExec(TARGET),
    );
    expect(both).toMatchObject({ httpStatus: 500 });
    expect(both?.message).toMatch(/^runtime is down \(over WebSocket: 403 pods "api" is forbidden/);
    const same = new UpgradeError(400, "container c is not valid");
    expect((await failure(start(same, same).dialer.dialExec(TARGET)))?.message).toBe(
      "container c is not valid",
    );
  });

  it.each(["false", "FALSE", "False"])(
    "is all there is when KUBECTL_REMOTE_COMMAND_WEBSOCKETS is %s",
    async (value) => {
      const { dialer, primary } = start(null, null, { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: value });
      expect((await dialer.dialExec(TARGET)).fallback).toEqual({
        code: "switched-off",
        words: "KUBECTL_REMOTE_COMMAND_WEBSOCKETS is false",
      });
      expect(primary.dials).toBe(0);
    },
  );

  it.each(["true", "0", ""])("needs the switch to say false: %j leaves WebSockets on", async (value) => {
    const { dialer, primary } = start(null, null, { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: value });
    await dialer.dialExec(TARGET);
    expect(primary.dials).toBe(1);
  });

  it("has a switch of its own for port-forwards", async () => {
    const { dialer, primary, secondary } = start(null, null, { KUBECTL_PORT_FORWARD_WEBSOCKETS: "false" });
    await failure(dialer.dialTunnel(TARGET));
    expect([primary.dials, secondary.dials]).toEqual([0, 1]);
  });
});
