/** A reader that is slower than the process: every byte arrives, the exit code too, and nothing piles up. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Channel } from "#protocol/channel.ts";
import { decodeStatus } from "#protocol/status.ts";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { channelPair, record } from "#server/testing/channel-pair.ts";
import { until } from "#server/testing/loopback.ts";
import type { ContainerProcess, ProcessEvents } from "../containers/container-process.ts";
import { ContainerSandbox, type Launch } from "../containers/container-sandbox.ts";
import { PipeProcess } from "../containers/pipe-process.ts";
import { PodVolume } from "../containers/pod-volume.ts";
import { ProcessRunner } from "../containers/process-runner.ts";
import { PtyProcess } from "../containers/pty-process.ts";

const HIGH_WATER_BYTES = 64 * 1024;
const SIZE = { width: 80, height: 24 };

let root: string;
let volume: PodVolume;
let sandbox: ContainerSandbox;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "porthole-test-"));
  volume = new PodVolume(root, { namespace: "default", name: "shell", ip: "10.0.0.1" });
  sandbox = await ContainerSandbox.probe(false);
});
afterAll(() => rmSync(root, { recursive: true }));

describe.each([
  ["pipes", false, (launch: Launch, events: ProcessEvents) => PipeProcess.start(launch, false, events)],
  ["a terminal", true, (launch: Launch, events: ProcessEvents) => PtyProcess.start(launch, SIZE, events)],
])("a process on %s", (_name, tty, start) => {
  const launch = (script: string) => sandbox.launch(volume, ["sh", "-c", script], tty);

  it("that ends while nobody reads loses nothing of its output", async () => {
    const marker = join(volume.home, `done-${tty}`);
    let bytes = 0;
    let code: number | null = null;
    let process: ContainerProcess | null = null;
    // What is left after the first piece fits into the kernel, so that the process can end.
    const script = `stty raw 2>/dev/null; head -c 11000 /dev/zero; touch ${marker}; exit 9`;
    process = await start(launch(script), {
      output: (_channel, piece) => {
        bytes += piece.byteLength;
        process?.pauseOutput();
      },
      inputDrained() {},
      exit: (exitCode) => {
        code = exitCode;
      },
    });
    await until("the process to have written everything", () => existsSync(marker));
    process.resumeOutput();
    await until("the exit", () => {
      process?.resumeOutput();
      return code !== null;
    });
    expect([bytes, code]).toEqual([11_000, 9]);
  });

  it("is stopped, and goes on when there is a reader again", async () => {
    const [near, far] = channelPair(V5_SUBPROTOCOL, HIGH_WATER_BYTES);
    far.pause();
    let over = false;
    const script = "stty raw 2>/dev/null; head -c 30000000 /dev/zero; exit 9";
    const options = { stdin: false, stdout: true, stderr: !tty, tty };
    new ProcessRunner(
      near,
      options,
      (_size, events) => start(launch(script), events),
      () => {
        over = true;
      },
    );
    const seen = record(far);
    let before = -1;
    await until("the output to stop", () => {
      const same = near.queuedBytes === before && before > HIGH_WATER_BYTES;
      before = near.queuedBytes;
      return same;
    });
    expect(near.queuedBytes).toBeLessThan(4 * HIGH_WATER_BYTES);
    expect(over).toBe(false);

    far.resume();
    await until("the end", () => seen.end !== null);
    expect(seen.on(Channel.Stdout).byteLength).toBe(30_000_000);
    expect(decodeStatus(seen.on(Channel.Error))?.details?.causes?.[0]?.message).toBe("9");
    expect(seen.end?.code).toBe(1000);
  });
});
