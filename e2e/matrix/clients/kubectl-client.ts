/** A real kubectl, as a person or a script runs it. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { finished } from "node:stream/promises";
import { Kubectl } from "../../reference/kubectl-process.ts";
import { limited } from "../../waiting.ts";
import { MarkedOutput } from "../proofs/marked-output.ts";
import {
  FORWARD_PLACE,
  type LocalPort,
  type MatrixClient,
  PLACE,
  type RunRequest,
  type RunResult,
} from "./client.ts";

const RUN_LIMIT_MS = 240_000;
const TERMINATED = /command terminated with exit code (\d+)/;
const EXEC = ["-n", PLACE.namespace, PLACE.pod, "-c", PLACE.container];

export class KubectlClient implements MatrixClient {
  readonly #kubectl: Kubectl;

  /** @param env on top of the environment */
  constructor(binary: string, flags: readonly string[], folder: string, env: Record<string, string> = {}) {
    this.#kubectl = new Kubectl(binary, flags, folder, env);
  }

  async run(request: RunRequest): Promise<RunResult> {
    const { script, tty, input, size = { columns: 80, rows: 24 } } = request;
    const stdin = tty ? ["-it"] : input ? ["-i"] : [];
    const command = this.#kubectl.command(["exec", ...stdin, ...EXEC, "--", "sh", "-c", script]);
    // `script` gives it a terminal of its own, whose size kubectl tells the pod.
    const line = `stty cols ${size.columns} rows ${size.rows}; exec ${command.map(quote).join(" ")}`;
    const child = this.#spawn(tty ? ["script", "-qec", line, "/dev/null"] : command);
    const output = new MarkedOutput(request, child.stdout, () => void send(child, request));
    child.stdout.on("data", (piece: Buffer) => output.take(piece));
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => {
      stderr = (stderr + text).slice(-16_384);
    });
    const code = await this.#ended(child);
    const result = output.result(null, stderr);
    // With a terminal, what kubectl says comes on the same stream.
    const said = TERMINATED.exec(stderr) ?? TERMINATED.exec(result.text) ?? TERMINATED.exec(output.before);
    return { ...result, code: code === 0 || Number(said?.[1]) === code ? code : null };
  }

  async attach(): Promise<string> {
    const { process: running, match } = await this.#kubectl.start(
      ["attach", "-n", PLACE.namespace, PLACE.pod, "-c", PLACE.container],
      /^(?:tick|attached) \d+$/m,
    );
    await running.stop();
    return match[0];
  }

  async forward(port: number): Promise<LocalPort> {
    const { process: running, match } = await this.#kubectl.start(
      [
        "port-forward",
        "-n",
        FORWARD_PLACE.namespace,
        FORWARD_PLACE.pod,
        `:${port}`,
        "--address",
        "127.0.0.1",
      ],
      /Forwarding from 127\.0\.0\.1:(\d+)/,
    );
    return { port: Number(match[1]), stop: () => running.stop() };
  }

  copyTo(local: string, remote: string): Promise<void> {
    return this.#copy(local, `${PLACE.namespace}/${PLACE.pod}:${remote}`);
  }

  copyFrom(remote: string, local: string): Promise<void> {
    return this.#copy(`${PLACE.namespace}/${PLACE.pod}:${remote}`, local);
  }

  async #copy(from: string, to: string): Promise<void> {
    const child = this.#spawn(this.#kubectl.command(["cp", "-c", PLACE.container, from, to]));
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text: Buffer) => {
        said = (said + text).slice(-4_096);
      });
    }
    child.stdin.end();
    const code = await this.#ended(child);
    if (code !== 0) throw new Error(`kubectl cp ended with ${code}: ${said.trim()}`);
  }

  #spawn([program = "", ...args]: readonly string[]): ChildProcessWithoutNullStreams {
    const child = spawn(program, args, { env: { ...process.env, ...this.#kubectl.env }, stdio: "pipe" });
    // A program that does not read its input has ended before it was written.
    child.stdin.on("error", () => {});
    return child;
  }

  async #ended(child: ChildProcessWithoutNullStreams): Promise<number | null> {
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    try {
      return await limited(ended, "kubectl's end", RUN_LIMIT_MS);
    } finally {
      child.kill();
    }
  }
}

async function send({ stdin }: ChildProcessWithoutNullStreams, { input, tty }: RunRequest): Promise<void> {
  if (!input) return;
  const closed = finished(stdin, { readable: false }).catch(() => {});
  for await (const piece of input) {
    if (stdin.destroyed) return;
    if (!stdin.write(piece)) {
      await Promise.race([new Promise<void>((resolve) => stdin.once("drain", resolve)), closed]);
    }
  }
  // A terminal's input stays open, as a keyboard does.
  if (!tty) stdin.end();
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
