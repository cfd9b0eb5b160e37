/** Which way a stream went, asked of Porthole itself (GET /api/streams). */
import type { StreamDetails } from "#protocol/api.ts";
import type { Target } from "../../conformance/target.ts";

export interface TakenPath {
  /** From the client, over Porthole, to the API server. */
  words: string;
  fallback: string | null;
}

/** @param spdy the client speaks SPDY; a subprotocol's name alone does not tell */
export async function takenPath(target: Target, subresource: string, spdy: boolean): Promise<TakenPath> {
  const { streams } = await target.json<{ streams: StreamDetails[] }>("GET", "/api/streams");
  const stream = streams.find(
    (one) => one.subresource === subresource && one.cluster === target.context && one.upstream !== null,
  );
  if (!stream?.upstream) throw new Error(`Porthole knows of no ${subresource} stream`);
  const down = stream.downstream === null ? "page" : wire(stream.downstream, spdy, subresource);
  const up = wire(stream.upstream, stream.transport === "spdy", subresource);
  return { words: `${down} → ${up}`, fallback: stream.fallback ?? null };
}

function wire(subprotocol: string, spdy: boolean, subresource: string): string {
  if (subprotocol.startsWith("SPDY/3.1+")) return "tunnel";
  if (subprotocol === "portforward.k8s.io") return "SPDY";
  const version = /^(v\d)\./.exec(subprotocol)?.[1] ?? "v1";
  if (subresource === "portforward") return "old WebSocket form";
  return `${spdy ? "SPDY" : "WebSocket"} ${version}`;
}
