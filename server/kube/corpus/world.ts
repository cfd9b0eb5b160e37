/** What the kubeconfigs of the corpus point at: one authority's certificates, and recording servers on loopback. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Pair, TestAuthority } from "../testing/certificates.ts";

/** One request, as far as it may depend on the kubeconfig. */
export interface Arrival {
  /** Which server, or which proxy. */
  at: string;
  path: string;
  authorization?: string;
  /** Of the certificate shown. */
  client?: string;
  serverName?: string;
  impersonation?: string[];
  /** For proxies. */
  credentials?: string;
}

export interface Endpoint {
  port: number;
  url: string;
}

export interface Certificates {
  ca: string;
  otherCa: string;
  good: Pair;
  client: Pair;
  expiredClient: Pair;
  foreignClient: Pair;
  encrypted: { pkcs8: string; traditional: string };
  expired: Pair;
  subjectOnly: Pair;
  named: Pair;
  foreign: Pair;
}

/** The servers of one lane; cases of a lane run one after the other, so what arrives belongs to the one that runs. */
export interface World extends Certificates {
  server: Endpoint;
  plain: Endpoint;
  /** Its certificate has run out. */
  expiredServer: Endpoint;
  /** Its certificate is for a subject called localhost, without alternative names. */
  subjectServer: Endpoint;
  /** Its certificate is for kube.test alone. */
  namedServer: Endpoint;
  foreignServer: Endpoint;
  proxy: Endpoint;
  arrivals: Arrival[];
  close(): Promise<void>;
}

export function createCertificates(): Certificates {
  const authority = new TestAuthority();
  const other = new TestAuthority();
  try {
    const client = authority.issue("", { subject: "/CN=jane/O=dev" });
    return {
      ca: authority.ca,
      otherCa: other.ca,
      good: authority.issue("DNS:localhost,DNS:kube.test,IP:127.0.0.1,IP:::1"),
      client,
      expiredClient: authority.issue("", { subject: "/CN=late", days: -1 }),
      foreignClient: other.issue("", { subject: "/CN=foreign" }),
      encrypted: authority.encrypt(client.key),
      expired: authority.issue("DNS:localhost,IP:127.0.0.1", { days: -1 }),
      subjectOnly: authority.issue("", { subject: "/CN=localhost" }),
      named: authority.issue("DNS:kube.test"),
      foreign: other.issue("DNS:localhost,IP:127.0.0.1"),
    };
  } finally {
    authority.dispose();
    other.dispose();
  }
}

export async function createWorld(certificates: Certificates): Promise<World> {
  const arrivals: Arrival[] = [];
  const closers: (() => Promise<void>)[] = [];
  const { ca } = certificates;
  const start = async (at: string, pair?: Pair): Promise<Endpoint> => {
    const listener = (request: IncomingMessage, response: ServerResponse) => {
      arrivals.push(arrivalOf(at, request));
      answer(request, response);
    };
    const options = { requestCert: true, rejectUnauthorized: false, ca, ...pair } satisfies ServerOptions;
    const server = pair ? createTlsServer(options, listener) : createServer(listener);
    const port = await listen(server, closers);
    return { port, url: `${pair ? "https" : "http"}://127.0.0.1:${port}` };
  };
  return {
    ...certificates,
    arrivals,
    server: await start("server", certificates.good),
    plain: await start("plain"),
    expiredServer: await start("expired", certificates.expired),
    subjectServer: await start("subject", certificates.subjectOnly),
    namedServer: await start("named", certificates.named),
    foreignServer: await start("foreign", certificates.foreign),
    proxy: await startProxy(arrivals, closers),
    close: async () => {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

function arrivalOf(at: string, { url = "", headers, rawHeaders, socket }: IncomingMessage): Arrival {
  const tls = socket as Partial<TLSSocket>;
  const client = tls.getPeerCertificate?.()?.subject?.CN as string | undefined;
  // Names know no case.
  const serverName = (tls.servername || "").toLowerCase();
  const impersonation = rawHeaders.flatMap((name, index, all) =>
    index % 2 === 0 && /^impersonate-/i.test(name) ? [`${name.toLowerCase()}: ${all[index + 1]}`] : [],
  );
  return {
    at,
    path: url,
    ...(headers.authorization ? { authorization: headers.authorization } : {}),
    ...(client ? { client } : {}),
    ...(serverName ? { serverName } : {}),
    ...(impersonation.length > 0 ? { impersonation: impersonation.sort() } : {}),
  };
}

/** A token called `refused` is not taken. */
function answer({ headers }: IncomingMessage, response: ServerResponse): void {
  const refused = headers.authorization === "Bearer refused";
  const body = refused
    ? { kind: "Status", apiVersion: "v1", status: "Failure", message: "Unauthorized", code: 401 }
    : { major: "1", minor: "36", gitVersion: "v1.36.0" };
  response.writeHead(refused ? 401 : 200, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

/** A CONNECT proxy for every name: all of them lead to loopback. It also takes plain requests. */
async function startProxy(arrivals: Arrival[], closers: (() => Promise<void>)[]): Promise<Endpoint> {
  const see = (path: string, header: string | undefined) => {
    const credentials = header && Buffer.from(header.replace(/^Basic /, ""), "base64").toString();
    arrivals.push({ at: "proxy", path, ...(credentials ? { credentials } : {}) });
  };
  const server = createServer((request, response) => {
    see(request.url ?? "", request.headers["proxy-authorization"]);
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ gitVersion: "v1.36.0" }));
  });
  server.on("connect", (request, socket: Socket) => {
    see(request.url ?? "", request.headers["proxy-authorization"]);
    const upstream = connect(Number(request.url?.split(":").at(-1)), "127.0.0.1");
    const drop = () => {
      upstream.destroy();
      socket.destroy();
    };
    for (const side of [upstream, socket]) side.on("error", drop).on("close", drop);
    upstream.once("connect", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
  });
  const port = await listen(server, closers);
  return { port, url: `http://127.0.0.1:${port}` };
}

async function listen(server: Server, closers: (() => Promise<void>)[]): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
