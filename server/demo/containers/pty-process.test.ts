/** A process on a terminal, as a client meets it. */
import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Channel } from "#protocol/channel.ts";
import { DemoStreams } from "#server/testing/demo-streams.ts";
import { until } from "#server/testing/loopback.ts";
import { execPath } from "#server/testing/v5-client.ts";

const streams = DemoStreams.forTests();

describe("a terminal", () => {
  it("starts with the size that came first and follows later ones", async () => {
    const script = "stty size; read x; stty size";
    const client = await streams.open(execPath(["sh", "-c", script], { tty: "true", stdin: "true" }));
    client.resize(101, 37);
    await client.untilStdout("37 101");
    // A JSON stream: several at once, in any case, and the last counts.
    client.ws.send(Buffer.from('\u0004{"width":9,"height":9}\n{"Width":66,"Height":22}\n'));
    client.stdin("go\n");
    await client.untilStdout("22 66");
  });

  it("merges stderr into stdout", async () => {
    const client = await streams.open(execPath(["sh", "-c", "echo err >&2"], { tty: "true" }));
    await client.ended();
    expect(client.stdout).toBe("err\r\n");
    expect(client.frames.some((frame) => frame[0] === Channel.Stderr)).toBe(false);
  });

  it("gets EOT for the end of input", async () => {
    const client = await streams.open(execPath(["cat"], { tty: "true", stdin: "true" }));
    client.stdin("line\n");
    await client.untilStdout("line\r\nline\r\n");
    client.closeStdin();
    await client.ended();
    expect(client.exitCode).toBe(0);
  });

  it("takes Ctrl-C", async () => {
    const client = await streams.open(execPath(["sleep", "30"], { tty: "true", stdin: "true" }));
    client.resize(80, 24);
    await until("the process", () => client.frames.length > 0);
    const interrupt = setInterval(() => client.stdin("\u0003"), 50);
    await client.ended();
    clearInterval(interrupt);
    expect(client.exitCode).toBe(130);
  });

  it("passes bytes that are no text", async () => {
    const script = "stty raw; printf '\\377\\376\\200\\303'";
    const client = await streams.open(execPath(["sh", "-c", script], { tty: "true" }));
    await client.ended();
    expect(client.on(Channel.Stdout)).toEqual(Buffer.of(0xff, 0xfe, 0x80, 0xc3));
  });

  it("takes input that nobody reads yet without blocking the others, and loses none of it", async () => {
    const script =
      "stty raw -echo; echo ready; while [ ! -e go ]; do sleep 0.05; done; head -c 983040 | sha256sum";
    const client = await streams.open(execPath(["sh", "-c", script], { tty: "true", stdin: "true" }));
    await client.untilStdout("ready");
    const input = randomBytes(983_040);
    for (let at = 0; at < input.byteLength; at += 32_768) client.stdin(input.subarray(at, at + 32_768));
    const other = await streams.open(execPath(["touch", "go"]));
    await other.ended();
    expect(other.exitCode).toBe(0);
    await client.ended();
    expect(client.stdout).toContain(createHash("sha256").update(input).digest("hex"));
  });
});
