/**
 * What the proxy keeps for one forward from its first request on: the keep-alive connections to the pod, how many
 * requests may be under way, and the last of them. It ends with the forward.
 */
import type { ForwardInfo } from "#protocol/api.ts";
import type { Forward } from "#server/forward/forward.ts";
import { PodAgent } from "./pod-agent.ts";
import { RecentHits } from "./recent-hits.ts";
import { RequestGate } from "./request-gate.ts";
import { StallWatch } from "./stall-watch.ts";

export class PreviewedPort {
  /** HTTP to the pod: a keep-alive agent whose sockets are subrequests, and how many may use it. */
  readonly agent: PodAgent;
  /** For requests that may not be sent twice: a kept connection may be closing when they are sent. */
  readonly freshAgent: PodAgent;
  readonly gate = new RequestGate();
  readonly watch = new StallWatch();
  readonly hits = new RecentHits();
  /** Where the program believes it is: what a browser on its own machine would say. */
  readonly podOrigin: string;
  readonly podHost: string;

  constructor(readonly forward: Forward) {
    const podUrl = new URL(`http://localhost:${forward.target.port}`);
    this.podOrigin = podUrl.origin;
    this.podHost = podUrl.host;
    this.agent = new PodAgent(() => forward.subrequest(false), true);
    this.freshAgent = new PodAgent(() => forward.subrequest(false), false);
    forward.onClose(() => {
      this.agent.destroy();
      this.freshAgent.destroy();
    });
  }

  /** The ports under which the program may speak of itself: the one asked for and the one it maps to. */
  get podPorts(): readonly number[] {
    return [this.forward.target.port, this.forward.podPort];
  }
}

/** The previewed port of each forward that somebody has looked at. */
export class PreviewedPorts {
  /** Weak: a forward that is gone takes its entry along. */
  readonly #ports = new WeakMap<Forward, PreviewedPort>();
  readonly #urlOf: (id: string) => string | null;

  /** @param urlOf the forward's own origin with a slash at the end, or null when previews are off */
  constructor(urlOf: (id: string) => string | null) {
    this.#urlOf = urlOf;
  }

  of(forward: Forward): PreviewedPort {
    let port = this.#ports.get(forward);
    if (!port) {
      port = new PreviewedPort(forward);
      this.#ports.set(forward, port);
    }
    return port;
  }

  /** What a person sees of a forward: its own state, where it opens, and what came through the proxy. */
  info(forward: Forward): ForwardInfo {
    const recent = this.#ports.get(forward)?.hits.list() ?? [];
    return { ...forward.status(), url: this.#urlOf(forward.id), recent };
  }
}
