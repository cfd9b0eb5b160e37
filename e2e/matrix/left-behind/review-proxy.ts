/** In front of an API server, between it and a Porthole: it takes the rights of one pod's streams away when it is told to. */
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request as requestTls, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";
import type { Target } from "../../conformance/target.ts";
import type { TestCertificate } from "../../reference/test-certificate.ts";

const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

export class ReviewProxy {
  readonly #sockets = new Set<Duplex>();
  readonly #server: Server;
  #denies = false;

  private constructor(
    private readonly target: Target,
    { cert, key }: TestCertificate,
  ) {
    const own = { cert: readFileSync(cert), key: readFileSync(key), ALPNProtocols: ["http/1.1"] };
    this.#server = createServer(own, (request, response) => this.#serve(request, response));
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async start(target: Target, certificate: TestCertificate): Promise<ReviewProxy> {
    const proxy = new ReviewProxy(target, certificate);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get origin(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  deny(): void {
    this.#denies = true;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { method, url = "", headers } = request;
    const { hostname, port, host } = new URL(this.target.origin);
    const options = { ...this.target.tls, hostname, port, method, path: url, headers: { ...headers, host } };
    const asked = requestTls(options, (answer) => {
      if (!this.#denies || !url.startsWith(REVIEWS)) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        return;
      }
      answer.resume();
      const status = { allowed: false, reason: "taken away" };
      const review = {
        kind: "SelfSubjectAccessReview",
        apiVersion: "authorization.k8s.io/v1",
        spec: {},
        status,
      };
      response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(review));
    });
    asked.once("error", () => response.destroy());
    request.pipe(asked);
  }

  /** Bytes of both ways, and an end as it is. */
  #upgrade(request: IncomingMessage, near: Duplex, head: Buffer): void {
    const { hostname, port } = new URL(this.target.origin);
    const far = connect({
      ...this.target.tls,
      host: hostname,
      port: Number(port),
      ALPNProtocols: ["http/1.1"],
    });
    const lines = request.rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
    far.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join("")}\r\n`);
    far.write(head);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
