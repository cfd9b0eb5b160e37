/**
 * The four contexts of the reference cluster in each of its modes: `create` decides, whatever the API server alone would
 * allow, in words that name the verb; `create` alone works, over SPDY, and it is said why not over WebSocket.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { StreamDetails } from "#protocol/api.ts";
import { Channel } from "#protocol/channel.ts";
import { decodeEvent, type StreamPath } from "#protocol/session-event.ts";
import { PORTHOLE_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { PortholeProcess } from "../porthole-process.ts";
import { type PodWeb, startPodWeb } from "../proxies/pod-web.ts";
import { ExecClient, exitCodeOf } from "./exec-client.ts";
import { askUpgrade } from "./raw-upgrade.ts";
import { type Mode, type ReferenceCluster, startReferenceCluster } from "./reference-cluster.ts";

const MODES: Mode[] = ["legacy", "phase1", "phase2"];
const SUBRESOURCES = ["exec", "attach", "portforward"] as const;
type Subresource = (typeof SUBRESOURCES)[number];

/** What `create` says, and whether `get` is missing, which a WebSocket needs as well. */
const CONTEXTS = [
  { context: "ref", user: "admin", allowed: true, lacksGet: false },
  { context: "ref-viewer", user: "viewer", allowed: false, lacksGet: false },
  { context: "ref-getter", user: "getter", allowed: false, lacksGet: false },
  { context: "ref-creator", user: "creator", allowed: true, lacksGet: true },
];
const WIRES = ["websocket", "spdy"] as const;

/** Why a stream goes over SPDY; undefined when it goes over a WebSocket. */
function fallbackOf(mode: Mode, lacksGet: boolean, subresource: Subresource): unknown {
  if (lacksGet) {
    return `the WebSocket upgrade is a GET and was answered 403: this role lacks "get" on pods/${subresource}`;
  }
  return mode === "legacy" ? expect.stringMatching(/kubelets do not speak its subprotocol$/) : undefined;
}

describe.each(MODES)("in front of a cluster in mode %s", (mode) => {
  let cluster: ReferenceCluster;
  let porthole: PortholeProcess;
  let web: PodWeb;
  beforeAll(async () => {
    cluster = await startReferenceCluster(mode);
    porthole = await PortholeProcess.start(["--kubeconfig", cluster.kubeconfig]);
    web = await startPodWeb();
  });
  afterAll(async () => {
    await porthole?.stop();
    await web?.stop();
    await cluster?.stop();
  });

  function streamUrl(context: string, subresource: Subresource): string {
    const query = new URLSearchParams({ container: "main", stdout: "true" });
    for (const word of ["sh", "-c", "exit 7"]) if (subresource === "exec") query.append("command", word);
    const path = `/clusters/${context}/api/v1/namespaces/default/pods/shell/${subresource}`;
    return `${porthole.origin}${path}${subresource === "portforward" ? "" : `?${query}`}`;
  }

  /** The newest stream of a context and subresource. */
  async function newest(context: string, subresource: Subresource): Promise<StreamDetails | undefined> {
    const { streams } = await porthole.api<{ streams: StreamDetails[] }>("GET", "/api/streams");
    return streams.find((one) => one.cluster === context && one.subresource === subresource);
  }

  /** How a session of the page says that it travels. */
  function pathOf(id: string): Promise<StreamPath> {
    const socket = new WebSocket(
      `${porthole.origin.replace(/^http/, "ws")}/api/sessions/${id}/stream`,
      [PORTHOLE_SUBPROTOCOL],
      { headers: { authorization: `Bearer ${porthole.token}` }, perMessageDeflate: false },
    );
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.on("message", (frame: Buffer) => {
        const event = frame[0] === Channel.Event ? decodeEvent(frame.subarray(1)) : null;
        if (event?.type !== "attached") return;
        socket.terminate();
        resolve(event.path);
      });
    });
  }

  const session = (context: string) =>
    porthole.api<{ id: string }>("POST", "/api/sessions", {
      ...{ cluster: context, namespace: "default", pod: "shell", container: "main", cols: 80, rows: 24 },
      command: ["cat"],
    });
  const forward = (context: string) =>
    porthole.api<{ local: string }>("POST", "/api/forwards", {
      ...{ cluster: context, namespace: "default", kind: "Pod", name: "web", port: web.port, listen: true },
    });

  describe.each(CONTEXTS)("$context", ({ context, user, allowed, lacksGet }) => {
    const refusal = (subresource: Subresource) =>
      `You may not create pods/${subresource} in default (user "${user}").`;

    it.each(SUBRESOURCES)(
      "is answered by its right to create pods/%s, on either wire",
      async (subresource) => {
        for (const wire of WIRES) {
          const websocket =
            subresource === "portforward" ? "SPDY/3.1+portforward.k8s.io" : "v5.channel.k8s.io";
          const spdy = subresource === "portforward" ? "portforward.k8s.io" : "v4.channel.k8s.io";
          const protocol = wire === "websocket" ? websocket : spdy;
          const url = streamUrl(context, subresource);
          const answer = await askUpgrade(url, wire, protocol, porthole.token);
          expect(answer).toEqual(
            allowed ? { status: 101, message: "" } : { status: 403, message: refusal(subresource) },
          );
          const stream = await newest(context, subresource);
          if (!allowed) {
            expect(stream).toBeUndefined();
            continue;
          }
          // A command whose client speaks SPDY goes up over SPDY as well, so that it ends with its client.
          const asAsked = wire === "spdy" && subresource !== "portforward";
          const fallback = asAsked ? undefined : fallbackOf(mode, lacksGet, subresource);
          expect(stream?.fallback).toEqual(fallback);
          expect(stream?.transport).toBe(asAsked || fallback !== undefined ? "spdy" : "websocket");
        }
      },
    );

    it("is told the same by a command, a terminal of the page and a forward", async () => {
      if (!allowed) {
        await expect(session(context)).rejects.toThrow("403 ");
        await expect(session(context)).rejects.toThrow(JSON.stringify(refusal("exec")));
        await expect(forward(context)).rejects.toThrow(JSON.stringify(refusal("portforward")));
        return;
      }
      const client = await ExecClient.open(streamUrl(context, "exec").replace(/^http/, "ws"), {
        token: porthole.token,
      });
      expect(exitCodeOf(await client.result())).toBe(7);

      const overSpdy = lacksGet || mode === "legacy";
      const { id } = await session(context);
      const path = await pathOf(id);
      expect(path.fallback?.words).toEqual(fallbackOf(mode, lacksGet, "exec"));
      expect(path.subprotocol).toBe(overSpdy ? "v4.channel.k8s.io" : "v5.channel.k8s.io");
      await porthole.api("DELETE", `/api/sessions/${id}`);

      const { local } = await forward(context);
      expect((await fetch(`http://${local}/large`)).status).toBe(200);
      const stream = await newest(context, "portforward");
      expect(stream?.fallback).toEqual(fallbackOf(mode, lacksGet, "portforward"));
      // The reference cluster shows no nodes: where a WebSocket is translated cannot be known.
      expect(stream?.translatedAt).toBe(overSpdy ? "porthole" : "unknown");
    });

    it("is shown what it may not do, with the reason", async () => {
      const access = await porthole.api<Record<string, unknown>>(
        "GET",
        `/api/clusters/${context}/access?namespace=default`,
      );
      for (const subresource of SUBRESOURCES) {
        const verdict = allowed ? { allowed } : { allowed, reason: refusal(subresource) };
        expect(access[subresource]).toEqual(verdict);
      }
    });
  });
});
