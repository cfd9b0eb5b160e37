/** A web server of a test's own that stands for a program in a pod: a port of the demo's pod leads to it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a Porthole gives to machines. */
interface Api {
  api<T>(method: string, path: string, body: unknown): Promise<T>;
}

export type Answers = Record<string, (request: IncomingMessage, response: ServerResponse) => void>;

export const script = (text: string) => (_request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, {
    "content-type": "text/javascript",
    "cache-control": "max-age=86400",
    etag: '"1"',
  });
  response.end(text);
};
export const page = (text: string) => (_request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(text);
};

export class PodProgram {
  /** Method and path of every request, upgrades included. */
  readonly requests: string[] = [];

  private constructor(
    readonly port: number,
    readonly stop: () => Promise<void>,
  ) {}

  /** @param answers by path, without the query; others are an empty page */
  static async start(answers: Answers): Promise<PodProgram> {
    const server = createServer((request, response) => {
      program.requests.push(`${request.method} ${request.url}`);
      const path = request.url?.split("?")[0] ?? "";
      (answers[path] ?? page(`<title>${path}</title>`))(request, response);
    });
    server.on("upgrade", (request, socket) => {
      program.requests.push(`${request.method} ${request.url}`);
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const program: PodProgram = new PodProgram(port, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return program;
  }

  /** A forward to it. @returns a fresh link on each call, and the forward's origin */
  async forward(porthole: Api, path = "/"): Promise<{ origin: string; link(): Promise<string> }> {
    const shell = { cluster: "demo", namespace: "default", kind: "Pod", name: "shell", port: this.port };
    const { id, url } = await porthole.api<{ id: string; url: string }>("POST", "/api/forwards", shell);
    const open = () => porthole.api<{ url: string }>("POST", `/api/forwards/${id}/open`, { path });
    return { origin: new URL(url).origin, link: async () => (await open()).url };
  }
}
