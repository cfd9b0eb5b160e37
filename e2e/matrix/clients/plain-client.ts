/** The plain v5 client: exec and attach frames on a WebSocket, port-forward as SPDY in a tunnel, cp as tar over exec. */
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SubrequestOpener } from "../../conformance/peers/forward-subrequest.ts";
import { exitCode, FrameClient, type FrameEnd } from "../../conformance/peers/frame-client.ts";
import { dialTunnel } from "../../conformance/peers/spdy-dial.ts";
import type { Target } from "../../conformance/target.ts";
import { MarkedOutput } from "../proofs/marked-output.ts";
import {
  FORWARD_PLACE,
  type LocalPort,
  type MatrixClient,
  PLACE,
  type RunRequest,
  type RunResult,
} from "./client.ts";
import { listenLocally } from "./local-listener.ts";

const RUN_LIMIT_MS = 240_000;
const ATTACHED_BYTES = 10;

export class PlainClient implements MatrixClient {
  constructor(private readonly target: Target) {}

  async run(request: RunRequest): Promise<RunResult> {
    const { script, tty, input, size } = request;
    const query = {
      command: ["sh", "-c", script],
      container: PLACE.container,
      stdin: input !== undefined || tty,
    };
    let client: FrameClient;
    const reader = { pause: () => client.pause(), resume: () => client.resume() };
    const output = new MarkedOutput(request, reader, () => void this.#send(client, request));
    client = await FrameClient.open(
      this.target,
      this.target.streamPath("exec", PLACE, { ...query, stdout: true, stderr: !tty, tty }),
      { onStdout: (piece) => output.take(piece) },
    );
    if (size) await client.resize(size.columns, size.rows);
    const { status, stderr } = await client.end(RUN_LIMIT_MS);
    return output.result(exitCode(status), stderr.toString());
  }

  async attach(): Promise<string> {
    const query = { container: PLACE.container, stdout: true, stderr: true };
    const client = await FrameClient.open(this.target, this.target.streamPath("attach", PLACE, query));
    try {
      await client.until("some output", () => client.stdoutBytes > ATTACHED_BYTES);
      return client.text();
    } finally {
      client.terminate();
    }
  }

  async forward(port: number): Promise<LocalPort> {
    const { peer } = await dialTunnel(this.target, this.target.streamPath("portforward", FORWARD_PLACE));
    const opener = new SubrequestOpener(peer);
    return listenLocally(
      async (socket) => {
        const { data } = await opener.open(port);
        data.sink = (piece) => {
          if (piece.byteLength === 0 || !socket.writable || socket.write(piece)) return;
          // There are no windows: a slow reader stops the whole tunnel.
          peer.pause();
          const resume = () => {
            socket.off("drain", resume).off("close", resume);
            peer.resume();
          };
          socket.on("drain", resume).on("close", resume);
        };
        void data.ended.then(() => socket.end());
        for await (const piece of socket) await data.write(piece as Buffer);
        await data.finish();
      },
      () => peer.destroy(),
    );
  }

  async copyTo(local: string, remote: string): Promise<void> {
    const tar = spawn("tar", ["cf", "-", "-C", dirname(local), basename(local)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    // A folder of its own: the containers of all reference clusters share this machine's files.
    const script = `d=$(mktemp -d ${remote}.XXXXXX) && tar xmf - -C $d && mv $d/${basename(local)} ${remote} && rmdir $d`;
    const client = await this.#openPipe(script, true);
    for await (const piece of tar.stdout) await client.stdin([piece as Buffer]);
    await client.closeStdin();
    requireSuccess(await client.end(RUN_LIMIT_MS));
  }

  async copyFrom(remote: string, local: string): Promise<void> {
    const folder = await mkdtemp(join(dirname(local), "cp-"));
    const archive = join(folder, "archive.tar");
    const file = createWriteStream(archive);
    const client = await this.#openPipe(
      `tar cf - -C ${dirname(remote)} ${basename(remote)}`,
      false,
      (piece) => {
        file.write(piece);
      },
    );
    requireSuccess(await client.end(RUN_LIMIT_MS));
    await new Promise<void>((resolve) => file.end(resolve));
    const tar = spawn("tar", ["xf", archive, "-C", folder], { stdio: ["ignore", "inherit", "inherit"] });
    await new Promise((resolve) => tar.once("close", resolve));
    await rename(join(folder, basename(remote)), local);
  }

  #openPipe(script: string, stdin: boolean, onStdout?: (piece: Buffer) => void): Promise<FrameClient> {
    const query = {
      command: ["sh", "-c", script],
      container: PLACE.container,
      stdin,
      stdout: true,
      stderr: true,
    };
    const path = this.target.streamPath("exec", PLACE, query);
    return FrameClient.open(this.target, path, onStdout ? { onStdout } : {});
  }

  async #send(client: FrameClient, { input, tty }: RunRequest): Promise<void> {
    if (!input) return;
    for await (const piece of input) await client.stdin([piece]);
    if (!tty) await client.closeStdin();
  }
}

function requireSuccess({ status, stderr }: FrameEnd): void {
  if (exitCode(status) !== 0) throw new Error(`tar in the pod: ${JSON.stringify(status)} ${stderr}`);
}
