/** The JavaScript client of Kubernetes: v5 frames for exec and attach, the old WebSocket form for port-forward. */
import { mkdtemp, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { WebSocket } from "ws";
import { exitCode, type Status } from "../../conformance/peers/frame-client.ts";
import { limited } from "../../waiting.ts";
import { MarkedOutput } from "../proofs/marked-output.ts";
import {
  FORWARD_PLACE,
  type Input,
  type LocalPort,
  type MatrixClient,
  PLACE,
  type RunRequest,
  type RunResult,
} from "./client.ts";
import type { ClientNode, ExecApi, OnStatus } from "./client-node-library.ts";
import { listenLocally } from "./local-listener.ts";

const RUN_LIMIT_MS = 240_000;
const ATTACH_LIMIT_MS = 30_000;
const ATTACHED_BYTES = 10;
/** It sends whatever it is given at once, and keeps what the socket does not take. */
const QUEUED_BYTES = 1024 * 1024;

export class ClientNodeClient implements MatrixClient {
  readonly #config: { loadFromFile(file: string): void };

  constructor(
    private readonly library: ClientNode,
    kubeconfig: string,
  ) {
    this.#config = new library.KubeConfig();
    this.#config.loadFromFile(kubeconfig);
  }

  async run(request: RunRequest): Promise<RunResult> {
    const { script, tty, input, size } = request;
    let ready = () => {};
    const started = new Promise<void>((resolve) => {
      ready = resolve;
    });
    let socket: WebSocket | undefined;
    // It keeps in memory what its stdout does not take: only the socket itself can be held.
    const reader = { pause: () => socket?.pause(), resume: () => socket?.resume() };
    const output = new MarkedOutput(request, reader, ready);
    const stdout = sink((piece) => output.take(piece));
    if (size) Object.assign(stdout, size);
    let stderr = "";
    const errors = sink((piece) => {
      stderr += piece;
    });
    const stdin = input || tty ? new PassThrough() : null;
    const running = await this.#exec((exec, onStatus) => {
      const command = ["sh", "-c", script];
      const { namespace, pod, container } = PLACE;
      return exec.exec(namespace, pod, container, command, stdout, tty ? null : errors, stdin, tty, onStatus);
    });
    socket = running.socket;
    if (stdin && input) void started.then(() => send(stdin, running.socket, input, tty));
    const end = await limited(running.status, "the status", RUN_LIMIT_MS);
    return output.result(exitCode(end), stderr);
  }

  async attach(): Promise<string> {
    let text = "";
    let heard = () => {};
    const enough = new Promise<void>((resolve) => {
      heard = () => text.length > ATTACHED_BYTES && resolve();
    });
    const stdout = sink((piece) => {
      text += piece;
      heard();
    });
    const { namespace, pod, container } = PLACE;
    const attach = new this.library.Attach(this.#config);
    const socket = await attach.attach(
      namespace,
      pod,
      container,
      stdout,
      sink(() => {}),
      null,
      false,
    );
    await limited(enough, "some output", ATTACH_LIMIT_MS);
    socket.close();
    return text;
  }

  forward(port: number): Promise<LocalPort> {
    const forward = new this.library.PortForward(this.#config);
    const { namespace, pod } = FORWARD_PLACE;
    const sockets = new Set<WebSocket>();
    return listenLocally(
      async (local) => {
        const input = new PassThrough();
        const tunnel = await forward.portForward(
          namespace,
          pod,
          [port],
          local,
          sink(() => {}),
          input,
        );
        sockets.add(tunnel);
        // It ends nothing by itself when the server has closed.
        tunnel.onclose = () => local.end();
        for await (const piece of local) {
          input.write(piece);
          await untilTaken(tunnel);
        }
      },
      () => {
        for (const socket of sockets) socket.close();
      },
    );
  }

  async copyTo(local: string, remote: string): Promise<void> {
    // It copies what is in a folder.
    const folder = await mkdtemp(join(dirname(local), "cp-"));
    await rename(local, join(folder, basename(remote)));
    const { namespace, pod, container } = PLACE;
    await this.#copy((cp) => cp.cpToPod(namespace, pod, container, folder, dirname(remote)));
    await rename(join(folder, basename(remote)), local);
  }

  async copyFrom(remote: string, local: string): Promise<void> {
    const folder = await mkdtemp(join(dirname(local), "cp-"));
    const { namespace, pod, container } = PLACE;
    await this.#copy((cp) =>
      cp.cpFromPod(namespace, pod, container, basename(remote), folder, dirname(remote)),
    );
    await rename(join(folder, basename(remote)), local);
  }

  /**
   * Cp neither waits for its exec nor looks at the status: an Exec that is watched does both for it. Version 1.4 packs
   * with gzip and unpacks without (cp.js), which fails against any cluster: here it packs without.
   */
  async #copy(copy: (cp: InstanceType<ClientNode["Cp"]>) => Promise<void>): Promise<void> {
    let written: Promise<void> = Promise.resolve();
    const { status } = await this.#exec(async (exec, onStatus) => {
      let opened: Promise<WebSocket> | undefined;
      const watched: ExecApi = {
        exec: (namespace, pod, container, command, stdout, stderr, stdin, tty) => {
          if (stdout) written = finished(stdout, { readable: false }).then(() => {});
          const plain = command.map((part) => (part === "zcf" ? "cf" : part));
          opened = exec.exec(namespace, pod, container, plain, stdout, stderr, stdin, tty, onStatus);
          return opened;
        },
      };
      await copy(new this.library.Cp(this.#config, watched));
      if (!opened) throw new Error("cp ran no command");
      return opened;
    });
    const end = await limited(status, "the status of tar", RUN_LIMIT_MS);
    if (exitCode(end) !== 0) throw new Error(`tar in the pod: ${JSON.stringify(end)}`);
    await limited(written, "the files", RUN_LIMIT_MS);
  }

  /** @returns the status; null when the connection closed without one */
  async #exec(
    start: (exec: ExecApi, onStatus: OnStatus) => Promise<WebSocket>,
  ): Promise<{ socket: WebSocket; status: Promise<Status | null> }> {
    let tell: OnStatus = () => {};
    const told = new Promise<Status>((resolve) => {
      tell = resolve;
    });
    const socket = await start(new this.library.Exec(this.#config), (status) => tell(status));
    const closed = new Promise<null>((resolve) => socket.addEventListener("close", () => resolve(null)));
    return { socket, status: Promise.race([told, closed]) };
  }
}

function sink(take: (piece: Buffer) => void): Writable {
  return new Writable({
    write(piece: Buffer, _encoding, done) {
      take(piece);
      done();
    },
  });
}

async function send(stdin: PassThrough, socket: WebSocket, input: Input, tty: boolean): Promise<void> {
  for await (const piece of Readable.from(input)) {
    stdin.write(piece);
    await untilTaken(socket);
  }
  if (!tty) stdin.end();
}

async function untilTaken(socket: WebSocket): Promise<void> {
  while (socket.bufferedAmount > QUEUED_BYTES && socket.readyState === socket.OPEN) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
