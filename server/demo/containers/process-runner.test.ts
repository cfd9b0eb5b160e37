/** The server side of protocol.md 1.2 to 1.6: frames in, output out, the Status last. */
import { describe, expect, it } from "vitest";
import { Channel } from "#protocol/channel.ts";
import { DemoStreams } from "#server/testing/demo-streams.ts";
import { until } from "#server/testing/loopback.ts";
import { execPath } from "#server/testing/v5-client.ts";

const streams = DemoStreams.forTests();

describe("the first frame", () => {
  it.each([
    ["stdout", { stdout: "true", stderr: "true" }, 1],
    ["stderr when there is no stdout", { stdout: "false", stderr: "true" }, 2],
    ["the error channel when there is neither", { stdout: "false", stderr: "0", stdin: "true" }, 3],
    ["stdout with a terminal", { stdout: "true", stderr: "true", tty: "true" }, 1],
  ])("is one byte, the lowest writable channel: %s", async (_case, query, channel) => {
    const client = await streams.open(execPath(["sleep", "30"], query));
    await until("a frame", () => client.frames.length > 0);
    expect(client.frames[0]).toEqual(Buffer.of(channel));
  });
});

describe("frames of the client", () => {
  it("carry input, and CLOSE of channel 0 ends it while output goes on", async () => {
    const client = await streams.open(execPath(["sh", "-c", "cat; echo after"], { stdin: "true" }));
    client.stdin("one ");
    client.stdin("two\n");
    client.closeStdin();
    expect(await client.ended()).toEqual({ code: 1000, reason: "" });
    expect(client.stdout).toBe("one two\nafter\n");
    expect(client.exitCode).toBe(0);
  });

  it("may be empty or of unknown channels: they are ignored", async () => {
    const client = await streams.open(execPath(["cat"], { stdin: "true" }));
    client.ws.send(Buffer.alloc(0));
    for (const channel of [1, 2, 3, 5, 77, 254]) client.ws.send(Buffer.from([channel, 65, 66]));
    client.stdin("still here");
    await client.untilStdout("still here");
    client.closeStdin();
    await client.ended();
    expect(client.stdout).toBe("still here");
    expect(client.stderr).toBe("");
  });

  it("may close a channel again, or another one than stdin", async () => {
    const client = await streams.open(execPath(["cat"], { stdin: "true" }));
    for (const channel of [1, 2, 3, 4]) client.ws.send(Buffer.of(255, channel));
    client.stdin("x");
    client.closeStdin();
    client.closeStdin();
    await client.ended();
    expect(client.stdout).toBe("x");
  });

  it.each([
    ["without a channel", [255]],
    ["with two", [255, 0, 0]],
    ["with channel 5", [255, 5]],
    ["with itself", [255, 255]],
  ])("with a CLOSE %s end the connection and the process", async (_case, bytes) => {
    const client = await streams.open(execPath(["cat"], { stdin: "true" }));
    client.ws.send(Buffer.from(bytes));
    expect((await client.ended()).code).toBe(1002);
    expect(client.status).toBeNull();
  });

  it("are dropped when the request asked for no stdin", async () => {
    const client = await streams.open(execPath(["sh", "-c", "cat; echo done"]));
    client.stdin("dropped");
    await client.ended();
    expect(client.stdout).toBe("done\n");
  });

  it("may resize without a terminal: nothing freezes", async () => {
    const client = await streams.open(execPath(["cat"], { stdin: "true" }));
    for (let size = 1; size < 9; size++) client.resize(size, size);
    client.stdin("flows");
    await client.untilStdout("flows");
  });
});

describe("the end of a command", () => {
  it("is output, then the Status, then close 1000", async () => {
    const client = await streams.open(execPath(["sh", "-c", "echo out; echo err >&2; exit 3"]));
    expect((await client.ended()).code).toBe(1000);
    expect(client.frames.at(-1)?.[0]).toBe(Channel.Error);
    expect(client.stdout).toBe("out\n");
    expect(client.stderr).toBe("err\n");
    expect(client.status).toEqual({
      metadata: {},
      status: "Failure",
      message: "command terminated with non-zero exit code: exit status 3",
      reason: "NonZeroExitCode",
      details: { causes: [{ reason: "ExitCode", message: "3" }] },
    });
  });

  it("with success has the short Status", async () => {
    const client = await streams.open(execPath(["true"]));
    await client.ended();
    expect(client.on(Channel.Error).toString()).toBe('{"metadata":{},"status":"Success"}');
  });

  it.each([false, true])("by a signal is 128 and its number (terminal: %s)", async (tty) => {
    const query = { tty: String(tty) };
    const client = await streams.open(execPath(["sh", "-c", "kill -TERM $$"], query));
    await client.ended();
    expect(client.exitCode).toBe(143);
  });

  it.each(["no-such-command", "/bin/no-such-command"])(
    "says what a runtime says of %s, after the upgrade",
    async (command) => {
      const client = await streams.open(execPath([command]));
      expect((await client.ended()).code).toBe(1000);
      expect(client.status).toMatchObject({ reason: "InternalError", code: 500 });
      expect(client.status?.message).toContain(`unable to start container process: exec: "${command}": `);
    },
  );

  it("never sends an empty message, whatever the output", async () => {
    const client = await streams.open(execPath(["sh", "-c", "printf ''; printf x; printf ''"]));
    await client.ended();
    expect(client.frames.every((frame) => frame.byteLength > 0)).toBe(true);
  });

  it("sends binary messages of at most 32 KiB and the channel byte", async () => {
    const client = await streams.open(execPath(["head", "-c", "1000000", "/dev/zero"]));
    await client.ended();
    expect(client.on(Channel.Stdout).byteLength).toBe(1_000_000);
    expect(Math.max(...client.frames.map((frame) => frame.byteLength))).toBeLessThanOrEqual(32 * 1024 + 1);
  });
});

describe("pings", () => {
  it("are answered while the process takes no input", async () => {
    const client = await streams.open(execPath(["sleep", "30"], { stdin: "true" }));
    client.stdin(Buffer.alloc(100_000));
    let pongs = 0;
    client.ws.on("pong", () => {
      pongs += 1;
    });
    client.ws.ping();
    await until("a pong", () => pongs === 1);
  });
});
