/**
 * exec and attach of the demo cluster: from an accepted stream to a process or a log. The stream may have come
 * over any transport. Next hop: process-runner.ts or attach-source.ts.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "#server/log.ts";
import type { ChannelSocket } from "#server/stream/types.ts";
import type { ClusterLogs } from "../cluster-logs.ts";
import {
  ContainerError,
  commandNotFound,
  internalErrorStatus,
  startFailure,
} from "../containers/container-error.ts";
import type { ContainerProcess, ProcessEvents } from "../containers/container-process.ts";
import type { ContainerSandbox } from "../containers/container-sandbox.ts";
import { commandInImage } from "../containers/image-shells.ts";
import { PipeProcess } from "../containers/pipe-process.ts";
import { PodVolume } from "../containers/pod-volume.ts";
import { ProcessRunner, type StartProcess } from "../containers/process-runner.ts";
import { PtyProcess } from "../containers/pty-process.ts";
import type { Container, Pod } from "../objects/types.ts";
import { AttachSource } from "./attach-source.ts";
import { ChannelOutput, type StreamOptions } from "./channel-output.ts";
import type { Interference } from "./interference.ts";
import { isRunning } from "./pod-checks.ts";

/** Each is a few processes of this machine, and a visitor's loop could start any number. */
const MAX_STREAMS = 1_024;

export interface StreamTarget extends StreamOptions {
  pod: Pod;
  container: Container;
}

export interface ExecServerOptions {
  sandbox: ContainerSandbox;
  /** Where the pods' files are; removed by whoever made it. */
  root: string;
  logs: ClusterLogs;
  interference: Interference;
  log: Logger;
}

export class ExecServer {
  readonly #volumes = new Map<string, PodVolume>();
  readonly #streams = new Set<{ stop(): void }>();

  constructor(private readonly options: ExecServerOptions) {}

  get openStreams(): number {
    return this.#streams.size;
  }

  exec(socket: ChannelSocket, target: StreamTarget, command: readonly string[]): void {
    if (this.#refuses(socket, target)) return;
    const runner = new ProcessRunner(socket, target, this.#starter(target, command), () => {
      this.#streams.delete(runner);
    });
    this.#streams.add(runner);
  }

  attach(socket: ChannelSocket, target: StreamTarget): void {
    if (this.#refuses(socket, target)) return;
    const log = this.options.logs.get(target.pod, target.container.name);
    if (!log) throw new TypeError("a running container has a log");
    const source = new AttachSource(socket, log, target, () => this.#streams.delete(source));
    this.#streams.add(source);
  }

  close(): void {
    for (const stream of [...this.#streams]) stream.stop();
  }

  /** What only a kubelet knows is said after the upgrade, on the error channel. */
  #refuses(socket: ChannelSocket, target: StreamTarget): boolean {
    let problem: string | null = null;
    if (!isRunning(target.pod, target.container.name)) {
      problem = `unable to upgrade connection: container not found ("${target.container.name}")`;
    } else if (this.#streams.size >= MAX_STREAMS) {
      problem = `the demo cluster runs ${MAX_STREAMS} streams already`;
    }
    if (problem === null) return false;
    const output = new ChannelOutput(socket, target);
    socket.listen({ frame() {}, drain() {}, end() {} });
    output.end(internalErrorStatus(problem));
    return true;
  }

  #starter(target: StreamTarget, command: readonly string[]): StartProcess {
    return async (size, events) => {
      try {
        return await this.#start(target, command, size, events);
      } catch (error) {
        if (!(error instanceof ContainerError) || error.code !== "NOT_FOUND") {
          this.options.log.warn({ error }, "the demo cluster could not start a process");
        }
        throw error;
      }
    };
  }

  async #start(
    target: StreamTarget,
    command: readonly string[],
    size: Parameters<StartProcess>[0],
    events: ProcessEvents,
  ): Promise<ContainerProcess> {
    if (this.options.interference.hideShell) throw commandNotFound(command[0] ?? "");
    const played = commandInImage(target.container.image, command);
    const volume = this.#volumeOf(target.pod);
    const launch = this.options.sandbox.launch(volume, played, target.tty);
    return target.tty
      ? PtyProcess.start(launch, size, events)
      : PipeProcess.start(launch, target.stdin, events);
  }

  /** Containers of a pod share one; it is made when the first process needs it. */
  #volumeOf(pod: Pod): PodVolume {
    const { namespace = "", name, uid } = pod.metadata;
    const known = this.#volumes.get(uid);
    // What is in /tmp for days may be cleared away under us.
    if (known && existsSync(known.home) && existsSync(known.tmp)) return known;
    const identity = { namespace, name, ip: pod.status.podIP ?? "127.0.0.1" };
    try {
      const volume = new PodVolume(join(this.options.root, "pods"), identity);
      this.#volumes.set(uid, volume);
      return volume;
    } catch (cause) {
      throw startFailure(cause, `the pod's files could not be made in ${this.options.root}`);
    }
  }
}
