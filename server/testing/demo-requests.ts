/** Requests to a demo cluster of a test's own. */
import { afterAll, beforeAll } from "vitest";
import { type DemoCluster, startDemoCluster } from "#server/demo/demo-cluster.ts";
import { createLogger } from "#server/log.ts";

export interface Answer {
  code: number;
  body: Record<string, unknown>;
}

export class DemoRequests {
  #cluster: DemoCluster | null = null;

  /** Call at the top of a test file: the cluster starts and stops with its tests. */
  static forTests(): DemoRequests {
    const requests = new DemoRequests();
    beforeAll(async () => {
      requests.#cluster = await startDemoCluster({ log: createLogger("text", "silent"), namespaces: false });
    });
    afterAll(() => requests.demo.close());
    return requests;
  }

  get demo(): DemoCluster {
    if (!this.#cluster) throw new Error("the demo cluster runs during tests only");
    return this.#cluster;
  }

  /** As the admin, unless there is another token. */
  request(path: string, init: RequestInit = {}, token = this.demo.tokens.admin): Promise<Response> {
    return fetch(`${this.demo.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    });
  }

  async json(path: string, init?: RequestInit, token?: string): Promise<Answer> {
    const response = await this.request(path, init, token);
    return { code: response.status, body: (await response.json()) as Record<string, unknown> };
  }
}
