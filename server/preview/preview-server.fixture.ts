/** A whole preview for tests: an HTTP server in front, the registry behind it, and a pod side at the far end. */
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { ForwardInfo } from "#protocol/api.ts";
import { Grants } from "#server/access/grants.ts";
import { PreviewAuth } from "#server/access/preview-auth.ts";
import type { Forward } from "#server/forward/forward.ts";
import { ForwardRegistry } from "#server/forward/forward-registry.ts";
import { OnePodCluster, PodSide, silent } from "#server/forward/pod-side.fixture.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { createPreviewHandler } from "./preview-handler.ts";
import { PreviewedPorts } from "./previewed-port.ts";

export const APP_ORIGIN = "http://127.0.0.1:7654";
export const LAUNCH_TOKEN = "Bearer launch-token";

export interface Answer {
  status: number;
  reason: string;
  headers: IncomingMessage["headers"];
  raw: string[];
  body: string;
  trailers: IncomingMessage["trailers"];
}

export interface AskOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  signedIn?: boolean;
  id?: string;
}

export class PreviewServer {
  readonly pod = new PodSide();
  readonly cluster = new OnePodCluster();
  readonly people = new SignedIn();
  readonly auth = new PreviewAuth({
    secure: false,
    grants: new Grants(),
    callerOf: (id) => this.people.find(id),
  });
  readonly registry = new ForwardRegistry({
    removed: (id) => this.auth.revokeForward(id),
    log: silent,
  });
  readonly ports = new PreviewedPorts((id) => `http://${this.hostOf(id)}/`);
  readonly handler = createPreviewHandler({
    know: () => {},
    registry: this.registry,
    ports: this.ports,
    auth: this.auth,
    appOrigin: APP_ORIGIN,
    secure: false,
    isOwnCredential: (value) => value === LAUNCH_TOKEN,
    hosted: false,
    log: silent,
  });
  readonly #server: Server = createServer();
  forward!: Forward;
  cookie = "";

  /** @param port of the program in the pod */
  static async start(port: number): Promise<PreviewServer> {
    const preview = new PreviewServer();
    const idOf = (request: IncomingMessage) => /^p-([a-z2-7]+)\./.exec(request.headers.host ?? "")?.[1] ?? "";
    const server = preview.#server;
    server.on("request", (request, response) => preview.handler.handle(request, response, idOf(request)));
    server.on("checkContinue", (request, response) =>
      preview.handler.handle(request, response, idOf(request)),
    );
    server.on("upgrade", (request, socket, head) =>
      preview.handler.upgrade(request, socket, head, idOf(request)),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    preview.forward = await preview.add(port);
    preview.cookie = preview.signIn(preview.forward.id);
    return preview;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://${this.hostOf(this.forward.id)}`;
  }

  hostOf(id: string): string {
    return `p-${id}.localhost:${this.port}`;
  }

  info(): ForwardInfo {
    return this.ports.info(this.forward);
  }

  add(port: number): Promise<Forward> {
    return this.registry.create({
      request: { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port },
      grant: this.people.grant("maker"),
      cluster: this.cluster,
      dialer: this.pod,
    });
  }

  /** `name=value` of a fresh session. */
  signIn(id: string, owner = "owner-1"): string {
    const code = this.auth.mintCode({ id, cluster: "demo" }, this.people.caller(owner));
    return this.auth.redeem(id, code)?.split(";")[0] ?? "";
  }

  headersFor({ headers, signedIn = true, id = this.forward.id }: AskOptions): Record<string, string> {
    return { host: this.hostOf(id), ...(signedIn ? { cookie: this.cookie } : {}), ...headers };
  }

  /** The response once its head is there. */
  open(path: string, options: AskOptions = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { method = "GET", body } = options;
      const headers = this.headersFor(options);
      const request = httpRequest({
        host: "127.0.0.1",
        port: this.port,
        method,
        path,
        headers,
        agent: false,
      });
      request.once("response", resolve);
      request.once("error", reject);
      request.end(body);
    });
  }

  async ask(path: string, options: AskOptions = {}): Promise<Answer> {
    const response = await this.open(path, options);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return {
      status: response.statusCode ?? 0,
      reason: response.statusMessage ?? "",
      headers: response.headers,
      raw: response.rawHeaders,
      body: Buffer.concat(chunks).toString("utf8"),
      trailers: response.trailers,
    };
  }

  /** Bytes as written, for what no HTTP client sends. */
  raw(text: string): Socket {
    const socket = connect(this.port, "127.0.0.1");
    socket.write(text);
    return socket;
  }

  async close(): Promise<void> {
    await this.registry.close();
    this.auth.close();
    this.pod.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
