/** What is refused before an upgrade, with which code, in a Status that says why. */
import assert from "node:assert/strict";
import { type Check, type Conformance, Skip } from "../check.ts";
import { commandQuery, SHELL, WEB } from "../exec-command.ts";
import { FrameClient, V5 } from "../peers/frame-client.ts";
import { RefusedError } from "../peers/refused-error.ts";
import { dialTunnel } from "../peers/spdy-dial.ts";
import type { Target } from "../target.ts";

const NOWHERE = { namespace: "default", pod: "no-such-pod" };

export const REFUSAL_CHECKS: Check[] = [
  ...(["exec", "attach"] as const).map(
    (subresource): Check => ({
      title: `${subresource}: a pod that is not there is refused with 404 and its name`,
      source: "protocol.md 1.9, kubernetes pkg/registry/core/pod/strategy.go",
      async run({ target }) {
        const query = subresource === "exec" ? commandQuery(["true"]) : { stdout: true };
        const refused = await refusal(target, target.streamPath(subresource, NOWHERE, query));
        assert.equal(refused.code, 404);
        assert.equal(refused.status?.kind, "Status");
        assert.match(refused.status?.message ?? "", /no-such-pod/);
      },
    }),
  ),
  {
    title: "port-forward: a pod that is not there is refused with 404 and its name",
    source: "protocol.md 1.9",
    async run({ target, defer }) {
      const opened = dialTunnel(target, target.streamPath("portforward", NOWHERE));
      const refused = await opened.then(
        ({ peer }) => defer(() => peer.destroy()),
        (error: unknown) => error,
      );
      assert.ok(refused instanceof RefusedError, String(refused));
      assert.equal(refused.code, 404);
      assert.match(refused.status?.message ?? "", /no-such-pod/);
    },
  },
  {
    title: "exec: a container that the pod does not have is refused, or never success",
    source: "protocol.md 1.6 and 1.9, kubernetes pkg/registry/core/pod/strategy.go",
    run: (conformance) =>
      refusedOrFailed(conformance, { ...commandQuery(["true"]), container: "no-such-container" }, SHELL),
  },
  {
    title: "exec: a pod of several containers wants one named",
    source: "protocol.md 1.9, kubernetes pkg/registry/core/pod/strategy.go",
    async run(conformance) {
      const { container: _none, ...query } = commandQuery(["true"]);
      await refusedOrFailed(conformance, query, WEB);
    },
  },
  {
    title: "exec: without stdin, stdout and stderr there is nothing to stream: 400",
    source: "protocol.md 1.7, kubelet pkg/cri/streaming/remotecommand",
    async run({ target }) {
      const path = target.streamPath("exec", SHELL, { command: ["true"], container: "main" });
      const refused = await refusal(target, path);
      assert.ok(refused.code === 400 || refused.code === 500, `answered ${refused.code}`);
      assert.match(refused.answer.body, /(one|1) of stdin/i);
    },
  },
  {
    title: "exec: a request without an upgrade is refused, not held",
    source: "protocol.md 1.9, k8s.io/apimachinery pkg/util/proxy/upgradeaware.go",
    async run({ target }) {
      const answer = await target.ask("GET", target.streamPath("exec", SHELL, commandQuery(["true"])));
      assert.ok(answer.code >= 400, `answered ${answer.code}`);
      assert.match(answer.body, /upgrade/i);
      if (target.isPorthole) assert.equal(answer.code, 400);
    },
  },
  {
    title: "every stream: a wrong token is answered 401",
    source: "protocol.md 4.1",
    async run({ target }) {
      const stranger = target.withToken("not-the-token-of-this-server-0123456789");
      for (const [subresource, place, query] of [
        ["exec", SHELL, commandQuery(["true"])],
        ["attach", SHELL, { stdout: true }],
      ] as const) {
        const refused = await refusal(stranger, stranger.streamPath(subresource, place, query));
        assert.equal(refused.code, 401);
      }
    },
  },
];

async function refusal(target: Target, path: string): Promise<RefusedError> {
  const opened = await FrameClient.open(target, path, { offer: [V5] }).catch((error: unknown) => error);
  if (opened instanceof FrameClient) {
    opened.terminate();
    throw new Error("it was upgraded");
  }
  if (opened instanceof RefusedError) return opened;
  throw opened;
}

/** What only the kubelet knows is told after the upgrade (protocol.md 1.6); an API server knows it before. */
async function refusedOrFailed(
  { target, defer }: Conformance,
  query: ReturnType<typeof commandQuery>,
  place: typeof SHELL,
): Promise<void> {
  const opened = await FrameClient.open(target, target.streamPath("exec", place, query)).catch(
    (error: unknown) => error,
  );
  if (opened instanceof RefusedError) {
    assert.equal(opened.code, 400);
    assert.match(opened.status?.message ?? "", /container/);
    return;
  }
  if (!(opened instanceof FrameClient)) throw opened;
  defer(() => opened.terminate());
  const { status } = await opened.end();
  if (status?.status === "Success") {
    throw new Skip("this API server does not look at container names: it ran the command all the same");
  }
  assert.equal(status?.status, "Failure");
}
