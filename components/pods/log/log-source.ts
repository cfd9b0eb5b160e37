/** What a log is read from: the API of the cluster through our own server, as requests of one container. */

import { ApiError, apiFetch, apiResponse } from "#components/ui/api-client.ts";
import { bodyPieces } from "#components/ui/body-pieces.ts";
import { clusterSegment } from "#protocol/cluster-segment.ts";
import { readBoundedLines } from "#protocol/line-reader.ts";
import { type NewLine, readLogLine } from "./log-line.ts";

/**
 * The kubelet stores lines in pieces of 16 KiB and the API joins them again, without a bound of its own. Beyond this the
 * rest of a line is counted and not kept.
 */
export const MAX_LINE_CHARS = 1024 * 1024;
/** A whole answer; one that is followed has no limit. */
const WHOLE_ANSWER_MS = 60_000;
const HTTP_NOT_FOUND = 404;

export interface LogTarget {
  cluster: string;
  namespace: string;
  pod: string;
  container: string;
}

export interface LogQuery {
  tailLines: number;
  follow?: boolean;
  /** The log of the container's last run instead of this one's. */
  previous?: boolean;
}

/**
 * running: it writes; waiting: it will start, or start again; over: it will not, and its log stays as it is; gone: there
 * is no such pod any more; unknown: it could not be asked.
 */
export type ContainerState = "running" | "waiting" | "over" | "gone" | "unknown";

export class LogSource {
  readonly #pod: string;

  /** @param base origin of the server; the page's own when empty */
  constructor(
    private readonly target: LogTarget,
    base = "",
  ) {
    const { cluster, namespace, pod } = target;
    const names = ["api", "v1", "namespaces", namespace, "pods", pod];
    this.#pod = `${base}/clusters/${clusterSegment(cluster)}/${names.map(encodeURIComponent).join("/")}`;
  }

  /** Resolves once the head of the answer is there: a container that writes nothing may leave that open as well. */
  async open(query: LogQuery, signal: AbortSignal): Promise<AsyncIterable<NewLine[]>> {
    const { body } = await apiResponse(`${this.#pod}/log?${this.#query(query)}`, { signal });
    return linesOf(body, signal);
  }

  /** All of an answer that ends by itself. */
  async whole(query: LogQuery, signal: AbortSignal): Promise<readonly NewLine[]> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_ANSWER_MS)]);
    const whole: NewLine[] = [];
    try {
      for await (const lines of await this.open(query, limited)) whole.push(...lines);
    } catch (cause) {
      if (limited.aborted && !signal.aborted)
        throw new ApiError(0, "The log was not sent within a minute.", "Timeout", { cause });
      throw cause;
    }
    return whole;
  }

  /** `run` is another one after each start. */
  async state(signal: AbortSignal): Promise<{ state: ContainerState; run: string }> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_ANSWER_MS)]);
    try {
      return stateIn(await apiFetch(this.#pod, { signal: limited }), this.target.container);
    } catch (error) {
      const gone = error instanceof ApiError && error.status === HTTP_NOT_FOUND;
      return { state: gone ? "gone" : "unknown", run: "" };
    }
  }

  #query({ tailLines, follow, previous }: LogQuery): URLSearchParams {
    const query = new URLSearchParams({ container: this.target.container, timestamps: "true" });
    if (previous) query.set("previous", "true");
    if (follow) query.set("follow", "true");
    query.set("tailLines", String(tailLines));
    return query;
  }
}

async function* linesOf(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): AsyncGenerator<NewLine[], void, undefined> {
  if (!body) return;
  try {
    for await (const lines of readBoundedLines(bodyPieces(body), MAX_LINE_CHARS))
      yield lines.map(readLogLine);
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ApiError(0, "The connection was cut while the log was read.", "Cut", { cause });
  }
}

interface ContainerStatus {
  name?: string;
  restartCount?: number;
  state?: { running?: object; terminated?: { exitCode?: number } };
}

type StatusList = "containerStatuses" | "initContainerStatuses" | "ephemeralContainerStatuses";

/** core/v1 Pod; whatever is missing leaves it unknown. */
interface PodWithStates {
  spec?: { restartPolicy?: string; initContainers?: { name?: string; restartPolicy?: string }[] };
  status?: { phase?: string } & Partial<Record<StatusList, ContainerStatus[]>>;
}

function stateIn(value: unknown, container: string): { state: ContainerState; run: string } {
  const { spec, status } = (value ?? {}) as PodWithStates;
  const of = (list: StatusList) => status?.[list]?.find(({ name }) => name === container);
  const init = of("initContainerStatuses");
  const debug = of("ephemeralContainerStatuses");
  const known = of("containerStatuses") ?? init ?? debug;
  const run = String(known?.restartCount ?? "");
  if (status?.phase === "Succeeded" || status?.phase === "Failed") return { state: "over", run };
  if (!known?.state) return { state: "unknown", run };
  if (known.state.running) return { state: "running", run };
  const { terminated } = known.state;
  if (!terminated) return { state: "waiting", run };
  // An init container that has done its work is not started again; a sidecar has a policy of its own.
  const own = spec?.initContainers?.find(({ name }) => name === container)?.restartPolicy;
  const policy = own ?? (init && spec?.restartPolicy !== "Never" ? "OnFailure" : spec?.restartPolicy);
  const once = policy === "Never" || (policy === "OnFailure" && terminated.exitCode === 0);
  return { state: once || debug ? "over" : "waiting", run };
}
