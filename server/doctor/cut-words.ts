/** A stream that opened and then broke: what is known to cut at that point. */
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { Examination } from "./examination.ts";
import { failed, type Outcome, sentence } from "./outcome.ts";
import { CONFIGURATIONS } from "./ready-configurations.ts";
import { configurationOf } from "./refusal-words.ts";

/** Defaults of what usually stands in between, by the seconds after which it cuts. */
const KNOWN_LIMITS: readonly { seconds: number; who: string; configuration: string }[] = [
  {
    seconds: 30,
    who: "a Google Cloud backend service, which counts the age of a connection",
    configuration: CONFIGURATIONS.google,
  },
  { seconds: 50, who: "an HAProxy with the timeouts of its examples", configuration: CONFIGURATIONS.haproxy },
  {
    seconds: 60,
    who: "nginx (proxy_read_timeout) or an AWS application load balancer",
    configuration: CONFIGURATIONS.nginx,
  },
  { seconds: 100, who: "Cloudflare", configuration: CONFIGURATIONS.cloudflare },
  { seconds: 240, who: "an Azure load balancer", configuration: CONFIGURATIONS.azure },
  { seconds: 300, who: "Envoy (stream_idle_timeout)", configuration: CONFIGURATIONS.envoy },
  { seconds: 350, who: "an AWS network load balancer", configuration: CONFIGURATIONS.aws },
];
/** Timers of proxies, and ours, are coarse. */
const TOLERANCE_SECONDS = 2;
/** Sooner than this it is no timeout of anybody. */
const MIN_TIMEOUT_MS = 3_000;

/** Porthole's first ping and its answer (stream/websocket/heartbeat.ts). */
const FIRST_PING_MS = 6_000;

export interface Cut {
  /** "The exec stream". */
  what: string;
  afterMs: number;
  end: StreamEnd;
  /** Whether pings were answered until then. */
  pinged: boolean;
}

export function cutWhileIdle(cut: Cut, examination: Examination): Outcome {
  const seconds = cut.afterMs / 1000;
  const known = KNOWN_LIMITS.find((one) => Math.abs(one.seconds - seconds) <= TOLERANCE_SECONDS);
  const exactly = known ? `after ${known.seconds} seconds` : `after ${seconds.toFixed(1)} seconds`;
  const pings = pingWords(cut);
  const found = `${cut.what} was cut ${exactly} of quiet, ${pings} (${cut.end.words}).`;
  const guess = known && !examination.between ? ` That is what ${known.who} does.` : "";
  const limit = known ? `${known.seconds} seconds` : "this time";
  const change = cut.pinged
    ? `Find in ${examination.betweenName} the limit of ${limit} on the age of a connection, and raise it to hours for upgraded connections.`
    : `Let ${examination.betweenName} pass both directions of an upgraded connection on at once, and raise its idle limit above ${limit}.`;
  return failed(`${found}${guess}`, {
    hop: examination.way,
    change,
    configuration: examination.between?.configuration ?? known?.configuration ?? configurationOf(examination),
  });
}

function pingWords({ pinged, afterMs }: Cut): string {
  if (pinged) return "although a ping every 5 seconds was answered";
  return afterMs < FIRST_PING_MS ? "before the first ping" : "and no ping was answered in that time";
}

/** Broken within the first exchange. */
export function cutAtOnce(cut: Cut, wire: string, examination: Examination): Outcome {
  const late = cut.afterMs >= MIN_TIMEOUT_MS ? ` after ${(cut.afterMs / 1000).toFixed(1)} seconds` : "";
  const found = `The upgrade to ${wire} was answered well, and then the connection was cut${late}: ${cut.end.words}`;
  const hop = examination.way;
  if (cut.end.cause === "going-away") {
    const change = "An API server or kubelet that shuts down does this: try again in a minute.";
    return failed(sentence(found), { hop, change });
  }
  return failed(sentence(found), {
    hop,
    change: `Let ${examination.betweenName} relay bytes both ways after a 101, without reading them.`,
    configuration: configurationOf(examination),
  });
}

/** Nothing comes back although the connection stays. */
export function silent(wire: string, limitMs: number, examination: Examination): Outcome {
  return failed(
    `The upgrade to ${wire} was answered well, and then nothing came back within ${Math.round(limitMs / 1000)} seconds.`,
    {
      hop: `${examination.way} → the kubelet → the container`,
      change: `Switch response buffering off in ${examination.betweenName}; if nothing is in between, look at the node's kubelet and runtime.`,
      configuration: configurationOf(examination),
    },
  );
}
