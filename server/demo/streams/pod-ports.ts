/**
 * The ports of pods. A declared port is a server of ours behind a socket file that only port-forward knows, or
 * nothing; any other port is that port of this machine, so that a server started in a pod's shell can be reached.
 */
import { mkdirSync } from "node:fs";
import { connect, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { sandboxId } from "../objects/pods.ts";
import type { Pod } from "../objects/types.ts";

const PRIVATE_DIRECTORY = 0o700;
/** The runtime tries IPv4, then IPv6 (containerd). */
const LOOPBACK = ["127.0.0.1", "::1"];

export class PodPorts {
  /** Socket files by namespace/pod:port. */
  readonly #served = new Map<string, string>();
  readonly #servers: Server[] = [];
  readonly #connections = new Set<Socket>();

  /**
   * @param directory for the socket files
   * @param blocked ports of this machine that no pod leads to: those of the application itself
   */
  constructor(
    private readonly directory: string,
    private readonly blocked: ReadonlySet<number>,
  ) {
    mkdirSync(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
  }

  async serve(namespace: string, pod: string, port: number, server: Server): Promise<void> {
    // Short: a socket's path holds about 100 bytes.
    const path = join(this.directory, String(this.#servers.length));
    this.#servers.push(server);
    server.on("connection", (socket) => {
      this.#connections.add(socket);
      socket.once("close", () => this.#connections.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
    this.#served.set(`${namespace}/${pod}:${port}`, path);
  }

  /** Rejects with an Error in the words of containerd. */
  async dial(pod: Pod, port: number): Promise<Socket> {
    const path = this.#served.get(`${pod.metadata.namespace}/${pod.metadata.name}:${port}`);
    if (path !== undefined) return connectTo({ path });
    const declared = pod.spec.containers.some((container) =>
      container.ports?.some((entry) => entry.containerPort === port),
    );
    if (!declared && !this.blocked.has(port)) {
      for (const host of LOOPBACK) {
        try {
          return await connectTo({ host, port });
        } catch {
          // Nothing on this address; the next one, or the refusal below.
        }
      }
    }
    throw new Error(refusal(pod, port));
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#connections) socket.destroy();
  }
}

function connectTo(where: { path: string } | { host: string; port: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Half-open: one side may end while the other still sends.
    const socket = connect({ ...where, allowHalfOpen: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      // The forward listens for errors from here on; between the two there must be someone.
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}

function refusal(pod: Pod, port: number): string {
  const id = sandboxId(pod);
  const namespace = `/var/run/netns/cni-${id.slice(0, 8)}`;
  return [
    `error forwarding port ${port} to pod ${id}, uid : failed to execute portforward in network namespace`,
    `"${namespace}": failed to connect to localhost:${port} inside namespace "${id}",`,
    `IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`,
    `IPv6: dial tcp6 [::1]:${port}: connect: connection refused`,
  ].join(" ");
}
