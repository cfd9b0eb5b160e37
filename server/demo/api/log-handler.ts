/** pods/log: the lines of one container, once or for as long as the caller follows. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { ClusterLogs } from "../cluster-logs.ts";
import type { ContainerLog, LogLine } from "../containers/container-log.ts";
import { requireContainer, requirePod, statusOf } from "../streams/pod-checks.ts";
import { badRequest } from "./api-error.ts";
import { queryFlag, type ResourceRequest } from "./request-info.ts";
import type { ObjectStore } from "./store.ts";

interface LogOptions {
  follow: boolean;
  timestamps: boolean;
  tailLines: number;
  /** Unix milliseconds. */
  since: number;
  limitBytes: number;
}

/** @throws ApiError before anything is written */
export async function serveLog(
  store: ObjectStore,
  logs: ClusterLogs,
  info: ResourceRequest,
  response: ServerResponse,
): Promise<void> {
  const pod = requirePod(store, info.namespace, info.name);
  const container = requireContainer(pod, info.query.get("container")).name;
  const options = logOptions(info.query);
  const previous = queryFlag(info.query, "previous");
  const log = previous ? logs.previous(pod, container) : logs.get(pod, container);
  if (previous && !log) {
    throw badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`);
  }
  response.writeHead(200, { "content-type": "text/plain" });
  response.flushHeaders();
  // An unscheduled pod has no log yet, which is an empty one.
  if (log && statusOf(pod, container)) await copyLog(log, options, response);
  response.end();
}

async function copyLog(log: ContainerLog, options: LogOptions, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  let left = options.limitBytes;
  let position = log.next;
  const past = log.from(0).filter((line) => line.at >= options.since);
  let lines = options.tailLines === 0 ? [] : past.slice(-options.tailLines);
  while (!gone.signal.aborted) {
    const text = Buffer.from(lines.map((line) => format(line, options)).join("")).subarray(0, left);
    left -= text.byteLength;
    // A reader that does not read holds its place in the log, not a growing queue.
    if (text.byteLength > 0 && !response.write(text)) await drained(response, gone.signal);
    if (left === 0) return;
    if (log.next === position) {
      if (!options.follow || log.ended) return;
      await log.changed(position, gone.signal);
    }
    lines = log.from(position);
    position = log.next;
  }
}

async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  try {
    await once(response, "drain", { signal });
  } catch {
    // The reader has gone; the caller sees the signal.
  }
}

function format(line: LogLine, options: LogOptions): string {
  if (!options.timestamps) return `${line.text}\n`;
  return `${new Date(line.at).toISOString().replace("Z", "000000Z")} ${line.text}\n`;
}

function logOptions(query: URLSearchParams): LogOptions {
  const sinceSeconds = wholeNumber(query, "sinceSeconds", 1);
  const sinceTime = query.get("sinceTime");
  if (sinceSeconds !== null && sinceTime !== null) {
    throw badRequest("at most one of `sinceTime` or `sinceSeconds` may be specified");
  }
  const since = sinceTime === null ? 0 : Date.parse(sinceTime);
  if (Number.isNaN(since)) throw badRequest("invalid sinceTime: not an RFC 3339 time");
  return {
    follow: queryFlag(query, "follow"),
    timestamps: queryFlag(query, "timestamps"),
    tailLines: wholeNumber(query, "tailLines", 0) ?? Number.MAX_SAFE_INTEGER,
    since: sinceSeconds === null ? since : Date.now() - sinceSeconds * 1000,
    limitBytes: wholeNumber(query, "limitBytes", 1) ?? Number.MAX_SAFE_INTEGER,
  };
}

function wholeNumber(query: URLSearchParams, name: string, least: number): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least)) throw badRequest(`invalid ${name}: must be a whole number of at least ${least}`);
  return value;
}
