/** The pods of one namespace at a real HTTP server, for tests: get, list and watch as an API server answers them. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { KubePod } from "#protocol/kube-object.ts";
import { failureStatus } from "#protocol/status.ts";
import { ApiContext } from "#server/kube/api/api-context.ts";
import type { Cluster } from "#server/kube/types.ts";

const PODS = "/api/v1/namespaces/default/pods";

export class PodsApi {
  /** Every request: "get web", "list", "watch 12", or the path of another object. */
  readonly asked: string[] = [];
  readonly watches = new Set<ServerResponse>();
  /** Other objects by path: a service, a workload. */
  readonly objects = new Map<string, unknown>();
  mayWatch = true;
  readonly #pods = new Map<string, KubePod>();
  readonly #events: { version: number; line: string }[] = [];
  readonly #server: Server;
  #version = 10;
  /** Versions below are forgotten. */
  #oldest = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://api");
      const name = url.pathname.slice(PODS.length + 1);
      if (!url.pathname.startsWith(PODS)) this.#object(url.pathname, response);
      else if (name !== "") this.#get(name, response);
      else if (url.searchParams.has("watch")) this.#watch(url.searchParams, response);
      else this.#list(response);
    });
  }

  static async start(): Promise<PodsApi> {
    const api = new PodsApi();
    await new Promise<void>((resolve) => api.#server.listen(0, "127.0.0.1", resolve));
    return api;
  }

  get cluster(): Cluster {
    const { port } = this.#server.address() as AddressInfo;
    const server = `http://127.0.0.1:${port}`;
    return new ApiContext({ name: "test", server, credential: { token: "t" } }).as(null);
  }

  /** Adds a ready pod, or makes it another one of the same name. */
  put(name: string, uid: string, phase = "Running"): void {
    this.#version += 1;
    const pod: KubePod = {
      metadata: { name, uid, resourceVersion: String(this.#version) },
      status: { phase, conditions: [{ type: "Ready", status: "True" }] },
    };
    const type = this.#pods.has(name) ? "MODIFIED" : "ADDED";
    this.#pods.set(name, pod);
    this.#tell(type, pod);
  }

  delete(name: string): void {
    const pod = this.#pods.get(name);
    this.#pods.delete(name);
    this.#version += 1;
    this.#tell("DELETED", { ...pod, metadata: { ...pod?.metadata, resourceVersion: String(this.#version) } });
  }

  /** As after a compaction: who comes back has to list again. */
  forget(): void {
    this.#version += 10;
    this.#oldest = this.#version;
  }

  endWatches(): void {
    for (const response of this.watches) response.end();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #object(path: string, response: ServerResponse): void {
    this.asked.push(path);
    const object = this.objects.get(path);
    if (object) response.end(JSON.stringify(object));
    else refuse(response, 404, "not found");
  }

  #get(name: string, response: ServerResponse): void {
    this.asked.push(`get ${name}`);
    const pod = this.#pods.get(name);
    if (pod) response.end(JSON.stringify(pod));
    else refuse(response, 404, `pods "${name}" not found`);
  }

  #list(response: ServerResponse): void {
    this.asked.push("list");
    const metadata = { resourceVersion: String(this.#version) };
    response.end(JSON.stringify({ metadata, items: [...this.#pods.values()] }));
  }

  #watch(query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get("resourceVersion"));
    this.asked.push(`watch ${from}`);
    if (!this.mayWatch) refuse(response, 403, "pods is forbidden: cannot watch");
    else if (from < this.#oldest) refuse(response, 410, "too old resource version");
    else this.#stream(from, response);
  }

  #stream(from: number, response: ServerResponse): void {
    response.flushHeaders();
    for (const { version, line } of this.#events) if (version > from) response.write(line);
    this.watches.add(response);
    response.once("close", () => this.watches.delete(response));
  }

  #tell(type: string, object: KubePod): void {
    const line = `${JSON.stringify({ type, object })}\n`;
    this.#events.push({ version: this.#version, line });
    for (const response of this.watches) response.write(line);
  }
}

function refuse(response: ServerResponse, code: number, message: string): void {
  response.statusCode = code;
  response.end(JSON.stringify(failureStatus(code, "", message)));
}
