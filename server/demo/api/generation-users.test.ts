/** What each generation lets each user do by itself: the verb is the method's, and from 1.35 `create` as well. */
import { describe, expect, it } from "vitest";
import { UpgradeError } from "#server/stream/errors.ts";
import { demoDialers, shellTarget, talkThrough } from "#server/testing/demo-dialers.ts";
import { DemoStreams } from "#server/testing/demo-streams.ts";
import { execPath, type Refusal } from "#server/testing/v5-client.ts";
import { GENERATION_NAMES } from "../streams/generation.ts";
import { USER_NAMES, type UserName } from "./users.ts";

const OFFER = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const POD = { namespace: "default", pod: "web" };

const no = (user: UserName, verb: string, pod: string, subresource: string) =>
  `pods "${pod}" is forbidden: User "${user}" cannot ${verb} resource "pods/${subresource}" in API group "" in the namespace "default"`;

describe.each(GENERATION_NAMES)("in the generation %s", (mode) => {
  const streams = DemoStreams.forTests({ mode, namespaces: false });

  /** The refusal's words; null when the stream opened. */
  const webSocket = async (path: string, user: UserName, offer: string[]) => {
    const token = streams.demo.tokens[user];
    return await streams.open(path, offer, token).then(
      () => null,
      ({ code, body }: Refusal) => ({ code, message: JSON.parse(body).message as string }),
    );
  };
  const spdy = async (dial: () => Promise<unknown>) => {
    try {
      await dial();
      return null;
    } catch (error) {
      if (!(error instanceof UpgradeError)) throw error;
      return { code: error.httpStatus, message: error.message };
    }
  };

  /** A GET: the verb get, and create where the check is. */
  const getAnswer = (user: UserName, pod: string, subresource: string) => {
    if (user === "admin") return null;
    if (user !== "getter") return { code: 403, message: no(user, "get", pod, subresource) };
    return mode === "phase2" ? { code: 403, message: `pods "${pod}" is forbidden: ` } : null;
  };
  /** A POST. */
  const postAnswer = (user: UserName, pod: string, subresource: string) =>
    user === "admin" || user === "creator"
      ? null
      : { code: 403, message: no(user, "create", pod, subresource) };

  it.each(USER_NAMES)("the %s gets what the method's verb and the check say", async (user) => {
    const token = streams.demo.tokens[user];
    expect(await webSocket(execPath(["true"]), user, OFFER)).toEqual(getAnswer(user, "shell", "exec"));
    const attach = execPath([]).replace("/exec?", "/attach?");
    expect(await webSocket(attach, user, OFFER)).toEqual(getAnswer(user, "shell", "attach"));
    const forward = "/api/v1/namespaces/default/pods/web/portforward?ports=9090";
    expect(await webSocket(forward, user, ["v4.channel.k8s.io"])).toEqual(
      getAnswer(user, "web", "portforward"),
    );
    const dialer = demoDialers(streams.demo, token).spdy;
    const exec = async () => (await dialer.dialExec(shellTarget(["true"]))).socket.terminate();
    expect(await spdy(exec)).toEqual(postAnswer(user, "shell", "exec"));
    const tunnel = async () => {
      expect((await talkThrough(await dialer.dialTunnel(POD), 9090, "echo")).data).toBe("echo");
    };
    expect(await spdy(tunnel)).toEqual(postAnswer(user, "web", "portforward"));
  });

  it("says nothing of a pod to whom it lets no stream open", async () => {
    const gone = execPath(["true"], {}, "default/gone");
    expect(await webSocket(gone, "getter", OFFER)).toEqual(
      getAnswer("getter", "gone", "exec") ?? { code: 404, message: 'pods "gone" not found' },
    );
    const plain = await fetch(streams.demo.url + gone, {
      headers: { authorization: `Bearer ${streams.demo.tokens.getter}` },
    });
    expect(plain.status).toBe(mode === "phase2" ? 403 : 404);
  });
});
