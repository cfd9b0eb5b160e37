/** A demo cluster and the exec and attach streams a test opens on it; all of them are over before the next test. */
import { afterAll, afterEach, beforeAll } from "vitest";
import {
  type FaultyDemoCluster,
  type FaultyDemoOptions,
  startFaultyDemoCluster,
} from "#server/demo/faults/faulty-demo-cluster.ts";
import { createLogger } from "#server/log.ts";
import { until } from "./loopback.ts";
import { type Refusal, V5Client } from "./v5-client.ts";

export class DemoStreams {
  #cluster: FaultyDemoCluster | null = null;
  #clients: V5Client[] = [];

  /** Call inside a describe, or at the top of a file: it starts and stops with the tests there. */
  static forTests(options: Partial<FaultyDemoOptions> = {}): DemoStreams {
    const streams = new DemoStreams();
    beforeAll(async () => {
      streams.#cluster = await startFaultyDemoCluster({ log: createLogger("text", "silent"), ...options });
    });
    afterEach(async () => {
      for (const client of streams.#clients.splice(0)) client.ws.terminate();
      await until("every stream to end", () => streams.demo.openStreams === 0);
    });
    afterAll(() => streams.demo.close());
    return streams;
  }

  get demo(): FaultyDemoCluster {
    if (!this.#cluster) throw new Error("the demo cluster runs during tests only");
    return this.#cluster;
  }

  /** As the admin, unless there is another token. Rejects with the Refusal. */
  async open(path: string, protocols?: string[], token = this.demo.tokens.admin): Promise<V5Client> {
    const client = await V5Client.connect(`${this.demo.url}${path}`, token, protocols);
    this.#clients.push(client);
    return client;
  }

  async refused(path: string, protocols?: string[], token?: string): Promise<Refusal> {
    return this.open(path, protocols, token).then(
      () => Promise.reject(new Error("the upgrade was not refused")),
      (refusal: Refusal) => refusal,
    );
  }
}
