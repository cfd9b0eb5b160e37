/** A client of Porthole that knows only the proxy in front of it: JSON requests, exec, and the origins of previews. */
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { WebSocket } from "ws";
import { ExecClient } from "../reference/exec-client.ts";
import type { ProxiedPorthole } from "./proxied-porthole.ts";

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

interface AskOptions {
  method?: string;
  host?: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

export class FrontClient {
  readonly #ca: Buffer;

  constructor(private readonly porthole: ProxiedPorthole) {
    this.#ca = readFileSync(porthole.certificate.cert);
  }

  /** With the launch token, JSON both ways. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, body: bytes } = await this.ask(path, {
      method,
      headers: { authorization: `Bearer ${this.porthole.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${bytes}`);
    return (bytes.byteLength === 0 ? undefined : JSON.parse(bytes.toString())) as T;
  }

  /** `host`: a preview's; names below localhost are not known to every resolver. */
  ask(path: string, { method = "GET", host, headers = {}, body }: AskOptions = {}): Promise<Answer> {
    const { port } = this.porthole;
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          ...{ host: "127.0.0.1", port, path, method, ca: this.#ca, servername: "" },
          headers: { host: host ?? `127.0.0.1:${port}`, ...headers },
        },
        (response) => {
          const pieces: Buffer[] = [];
          response.on("data", (piece: Buffer) => pieces.push(piece));
          response.once("error", reject);
          response.once("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(pieces),
            }),
          );
        },
      );
      asked.once("error", reject);
      asked.end(body);
    });
  }

  /** The endpoint that kubectl uses. */
  exec(command: string[], { cluster = "ref", tty = false } = {}): Promise<ExecClient> {
    const query = new URLSearchParams({ container: "main", stdin: "true", stdout: "true" });
    query.set(tty ? "tty" : "stderr", "true");
    for (const argument of command) query.append("command", argument);
    const path = `/clusters/${cluster}/api/v1/namespaces/default/pods/shell/exec?${query}`;
    return ExecClient.open(`wss://127.0.0.1:${this.porthole.port}${path}`, { token: this.porthole.token });
  }

  /** A terminal of the page, by a client that offers only v5. */
  async session(command: string[]): Promise<ExecClient> {
    const { id } = await this.api<{ id: string }>("POST", "/api/sessions", {
      ...{ cluster: "ref", namespace: "default", pod: "shell", container: "main", cols: 80, rows: 24 },
      command,
    });
    return ExecClient.open(`wss://127.0.0.1:${this.porthole.port}/api/sessions/${id}/stream`, {
      token: this.porthole.token,
    });
  }

  /** A forward to a port of pod default/web, entered as a browser enters it. */
  async preview(port: number): Promise<Preview> {
    const forward = await this.api<{ id: string }>("POST", "/api/forwards", {
      ...{ cluster: "ref", namespace: "default", kind: "Pod", name: "web", port },
    });
    const { url } = await this.api<{ url: string }>("POST", `/api/forwards/${forward.id}/open`, {
      path: "/",
    });
    const { host, origin, hash } = new URL(url);
    const code = new URLSearchParams(hash.slice(1)).get("code");
    const entered = await this.ask("/.porthole/enter", {
      ...{ method: "POST", host, headers: { "content-type": "application/json", origin } },
      body: JSON.stringify({ code }),
    });
    if (entered.status !== 204) throw new Error(`the preview was not entered: ${entered.status}`);
    const cookie = entered.headers["set-cookie"]?.map((line) => line.split(";")[0]).join("; ") ?? "";
    return new Preview(this, this.porthole.port, { host, origin, cookie });
  }
}

class Preview {
  constructor(
    private readonly client: FrontClient,
    private readonly port: number,
    private readonly headers: { host: string; origin: string; cookie: string },
  ) {}

  ask(path: string, options: AskOptions = {}): Promise<Answer> {
    const { host, cookie } = this.headers;
    return this.client.ask(path, { ...options, host, headers: { ...options.headers, cookie } });
  }

  /** Resolves when it is open. */
  socket(path: string): Promise<WebSocket> {
    const socket = new WebSocket(`wss://127.0.0.1:${this.port}${path}`, {
      headers: this.headers,
      rejectUnauthorized: false,
      perMessageDeflate: false,
    });
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(socket));
      socket.once("error", reject);
    });
  }
}
