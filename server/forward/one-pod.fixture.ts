/** The smallest world that a forward lives in, for tests: a cluster with one pod, and a log that says nothing. */
import { createLogger, type Logger } from "#server/log.ts";

export const silent: Logger = createLogger("json", "silent");

/** A cluster whose one pod always runs, whatever it is asked for. */
export class OnePodCluster {
  pod = "web";

  async json<T>(): Promise<T> {
    return { metadata: { name: this.pod, uid: `uid-of-${this.pod}` }, status: { phase: "Running" } } as T;
  }
}
