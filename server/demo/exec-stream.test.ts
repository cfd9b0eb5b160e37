/** The server side of protocol.md 1.2 to 1.9: what a v5 client meets on exec and attach. */
import { createHash, randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Channel } from "#protocol/channel";
import { V4_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol";
import { createLogger } from "#server/log";
import { until } from "#testing/loopback";
import { type DemoCluster, startDemoCluster } from "./demo-cluster";
import { execPath, type Refusal, V5Client } from "./v5-client.fixture";

let demo: DemoCluster;
let clients: V5Client[] = [];

beforeAll(async () => {
  demo = await startDemoCluster({ log: createLogger("text", "silent") });
});
afterEach(async () => {
  for (const client of clients) client.ws.terminate();
  clients = [];
  await until("every stream to end", () => demo.openStreams === 0);
});
afterAll(() => demo.close());

async function open(path: string, protocols?: string[], token = demo.tokens.admin): Promise<V5Client> {
  const client = await V5Client.connect(`${demo.url}${path}`, token, protocols);
  clients.push(client);
  return client;
}

async function refused(path: string, protocols?: string[], token = demo.tokens.admin): Promise<Refusal> {
  return open(path, protocols, token).then(
    () => Promise.reject(new Error("the upgrade was not refused")),
    (refusal: Refusal) => refusal,
  );
}

const messageOf = (refusal: Refusal) => JSON.parse(refusal.body).message;

describe("the first frame", () => {
  it.each([
    ["stdout", { stdout: "true", stderr: "true" }, 1],
    ["stderr when there is no stdout", { stdout: "false", stderr: "true" }, 2],
    ["the error channel when there is neither", { stdout: "false", stderr: "0", stdin: "true" }, 3],
    ["stdout with a terminal", { stdout: "true", stderr: "true", tty: "true" }, 1],
  ])("is one byte, the lowest writable channel: %s", async (_case, query, channel) => {
    const client = await open(execPath(["sleep", "30"], query));
    await until("a frame", () => client.frames.length > 0);
    expect(client.frames[0]).toEqual(Buffer.of(channel));
  });
});

describe("frames of the client", () => {
  it("carry input, and CLOSE of channel 0 ends it while output goes on", async () => {
    const client = await open(execPath(["sh", "-c", "cat; echo after"], { stdin: "true" }));
    client.stdin("one ");
    client.stdin("two\n");
    client.closeStdin();
    expect(await client.ended()).toEqual({ code: 1000, reason: "" });
    expect(client.stdout).toBe("one two\nafter\n");
    expect(client.exitCode).toBe(0);
  });

  it("may be empty or of unknown channels: they are ignored", async () => {
    const client = await open(execPath(["cat"], { stdin: "true" }));
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
    const client = await open(execPath(["cat"], { stdin: "true" }));
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
    const client = await open(execPath(["cat"], { stdin: "true" }));
    client.ws.send(Buffer.from(bytes));
    expect((await client.ended()).code).toBe(1002);
    expect(client.status).toBeNull();
  });

  it("are dropped when the request asked for no stdin", async () => {
    const client = await open(execPath(["sh", "-c", "cat; echo done"]));
    client.stdin("dropped");
    await client.ended();
    expect(client.stdout).toBe("done\n");
  });

  it("may resize without a terminal: nothing freezes", async () => {
    const client = await open(execPath(["cat"], { stdin: "true" }));
    for (let size = 1; size < 9; size++) client.resize(size, size);
    client.stdin("flows");
    await client.untilStdout("flows");
  });
});

describe("the end of a command", () => {
  it("is output, then the Status, then close 1000", async () => {
    const client = await open(execPath(["sh", "-c", "echo out; echo err >&2; exit 3"]));
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
    const client = await open(execPath(["true"]));
    await client.ended();
    expect(client.on(Channel.Error).toString()).toBe('{"metadata":{},"status":"Success"}');
  });

  it.each([false, true])("by a signal is 128 and its number (terminal: %s)", async (tty) => {
    const query = { tty: String(tty) };
    const client = await open(execPath(["sh", "-c", "kill -TERM $$"], query));
    await client.ended();
    expect(client.exitCode).toBe(143);
  });

  it.each(["no-such-command", "/bin/no-such-command"])(
    "says what a runtime says of %s, after the upgrade",
    async (command) => {
      const client = await open(execPath([command]));
      expect((await client.ended()).code).toBe(1000);
      expect(client.status).toMatchObject({ reason: "InternalError", code: 500 });
      expect(client.status?.message).toContain(`unable to start container process: exec: "${command}": `);
    },
  );

  it("never sends an empty message, whatever the output", async () => {
    const client = await open(execPath(["sh", "-c", "printf ''; printf x; printf ''"]));
    await client.ended();
    expect(client.frames.every((frame) => frame.byteLength > 0)).toBe(true);
  });

  it("sends binary messages of at most 32 KiB and the channel byte", async () => {
    const client = await open(execPath(["head", "-c", "1000000", "/dev/zero"]));
    await client.ended();
    expect(client.on(Channel.Stdout).byteLength).toBe(1_000_000);
    expect(Math.max(...client.frames.map((frame) => frame.byteLength))).toBeLessThanOrEqual(32 * 1024 + 1);
  });
});

describe("a slow reader", () => {
  it.each([false, true])("gets every byte and the exit code (terminal: %s)", async (tty) => {
    const query = { tty: String(tty) };
    const script =
      "i=0; while [ $i -lt 40000 ]; do echo line-$i-padding-padding-padding; i=$((i+1)); done; exit 9";
    const client = await open(execPath(["sh", "-c", script], query));
    client.ws.pause();
    // Long enough for the process to fill every buffer up to its own pipe, or to end behind the reader's back.
    await new Promise((resolve) => setTimeout(resolve, 700));
    const before = client.frames.length;
    client.ws.resume();
    await client.ended();
    expect(client.frames.length).toBeGreaterThan(before);
    const lines = client.stdout.replaceAll("\r", "").trimEnd().split("\n");
    expect(lines.length).toBe(40_000);
    expect(lines.at(-1)).toBe("line-39999-padding-padding-padding");
    expect(client.exitCode).toBe(9);
  });

  it("stops the process instead of filling memory", async () => {
    const client = await open(execPath(["head", "-c", "400000000", "/dev/zero"]));
    await until("output", () => client.frames.length > 1);
    client.ws.pause();
    const before = process.memoryUsage().rss;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
    expect(client.end).toBeNull();
  });
});

describe("pings", () => {
  it("are answered while the process takes no input", async () => {
    const client = await open(execPath(["sleep", "30"], { stdin: "true" }));
    client.stdin(Buffer.alloc(100_000));
    let pongs = 0;
    client.ws.on("pong", () => {
      pongs += 1;
    });
    client.ws.ping();
    await until("a pong", () => pongs === 1);
  });
});

describe("a terminal", () => {
  it("starts with the size that came first and follows later ones", async () => {
    const script = "stty size; read x; stty size";
    const client = await open(execPath(["sh", "-c", script], { tty: "true", stdin: "true" }));
    client.resize(101, 37);
    await client.untilStdout("37 101");
    // A JSON stream: several at once, in any case, and the last counts.
    client.ws.send(Buffer.from('\u0004{"width":9,"height":9}\n{"Width":66,"Height":22}\n'));
    client.stdin("go\n");
    await client.untilStdout("22 66");
  });

  it("merges stderr into stdout", async () => {
    const client = await open(execPath(["sh", "-c", "echo err >&2"], { tty: "true" }));
    await client.ended();
    expect(client.stdout).toBe("err\r\n");
    expect(client.frames.some((frame) => frame[0] === Channel.Stderr)).toBe(false);
  });

  it("gets EOT for the end of input", async () => {
    const client = await open(execPath(["cat"], { tty: "true", stdin: "true" }));
    client.stdin("line\n");
    await client.untilStdout("line\r\nline\r\n");
    client.closeStdin();
    await client.ended();
    expect(client.exitCode).toBe(0);
  });

  it("takes Ctrl-C", async () => {
    const client = await open(execPath(["sleep", "30"], { tty: "true", stdin: "true" }));
    client.resize(80, 24);
    await until("the process", () => client.frames.length > 0);
    const interrupt = setInterval(() => client.stdin("\u0003"), 50);
    await client.ended();
    clearInterval(interrupt);
    expect(client.exitCode).toBe(130);
  });

  it("passes bytes that are no text", async () => {
    const script = "stty raw; printf '\\377\\376\\200\\303'";
    const client = await open(execPath(["sh", "-c", script], { tty: "true" }));
    await client.ended();
    expect(client.on(Channel.Stdout)).toEqual(Buffer.of(0xff, 0xfe, 0x80, 0xc3));
  });

  it("takes input that nobody reads yet without blocking the others, and loses none of it", async () => {
    const script =
      "stty raw -echo; echo ready; while [ ! -e go ]; do sleep 0.05; done; head -c 983040 | sha256sum";
    const client = await open(execPath(["sh", "-c", script], { tty: "true", stdin: "true" }));
    await client.untilStdout("ready");
    const input = randomBytes(983_040);
    for (let at = 0; at < input.byteLength; at += 32_768) client.stdin(input.subarray(at, at + 32_768));
    const other = await open(execPath(["touch", "go"]));
    await other.ended();
    expect(other.exitCode).toBe(0);
    await client.ended();
    expect(client.stdout).toContain(createHash("sha256").update(input).digest("hex"));
  });
});

describe("the choice of a subprotocol", () => {
  it("takes v5 wherever it is in the offer, and echoes it alone", async () => {
    const client = await open(execPath(["true"]), [V4_SUBPROTOCOL, V5_SUBPROTOCOL]);
    expect(client.ws.protocol).toBe(V5_SUBPROTOCOL);
  });

  it("takes v4 where v5 is not offered; there 255 closes nothing", async () => {
    const client = await open(execPath(["cat"], { stdin: "true" }), [V4_SUBPROTOCOL]);
    expect(client.ws.protocol).toBe(V4_SUBPROTOCOL);
    client.closeStdin();
    client.stdin("still open");
    await client.untilStdout("still open");
  });

  it("refuses anything else with an empty 403", async () => {
    const refusal = await refused(execPath(["true"]), ["v3.channel.k8s.io"]);
    expect(refusal.code).toBe(403);
    expect(refusal.body).toBe("");
    expect(refusal.headers["content-length"]).toBeUndefined();
  });

  it("takes a token from the bearer subprotocol and never chooses that", async () => {
    const bearer = `base64url.bearer.authorization.k8s.io.${Buffer.from(demo.tokens.admin).toString("base64url")}`;
    const client = await open(execPath(["true"]), [bearer, V5_SUBPROTOCOL], "");
    expect(client.ws.protocol).toBe(V5_SUBPROTOCOL);
    expect((await refused(execPath(["true"]), [bearer], "")).code).toBe(401);
  });
});

describe("a refusal before the upgrade", () => {
  it.each([
    ["an unknown pod", execPath(["ls"], {}, "default/gone"), 404, 'pods "gone" not found'],
    [
      "an unknown container",
      execPath(["ls"], { container: "x" }),
      400,
      "container x is not valid for pod shell",
    ],
    [
      "no container where there are two",
      execPath(["ls"], {}, "default/web"),
      400,
      "a container name must be specified for pod web, choose one of: [app sidecar]",
    ],
    [
      "a pod without a node",
      execPath(["ls"], {}, "batch/trainer-0"),
      400,
      "pod trainer-0 does not have a host assigned",
    ],
    [
      "a completed pod",
      execPath(["ls"], {}, "batch/nightly-report-29384750-7xk2p"),
      400,
      "cannot exec into a container in a completed pod; current phase is Succeeded",
    ],
    [
      "no stream at all",
      execPath(["ls"], { stdout: "false", stderr: "FALSE" }),
      400,
      "you must specify at least 1 of stdin, stdout, stderr",
    ],
    ["a dry run", execPath(["ls"], { dryRun: "All" }), 400, "dryRun is not supported"],
  ])("is a Status for %s", async (_case, path, code, message) => {
    const refusal = await refused(path);
    expect(refusal.code).toBe(code);
    expect(refusal.headers["content-type"]).toBe("application/json");
    expect(messageOf(refusal)).toBe(message);
  });

  it("names user, verb and resource when the viewer may not", async () => {
    const refusal = await refused(execPath(["ls"]), undefined, demo.tokens.viewer);
    expect(refusal.code).toBe(403);
    expect(messageOf(refusal)).toBe(
      'pods "shell" is forbidden: User "viewer" cannot get resource "pods/exec" in API group "" in the namespace "default"',
    );
  });

  it("is 401 without a token, before anything is said of the pod", async () => {
    const refusal = await refused(execPath(["ls"], {}, "default/gone"), undefined, "");
    expect(refusal.code).toBe(401);
    expect(messageOf(refusal)).toBe("Unauthorized");
  });
});

it("says after the upgrade that a container is not running, as the translator does", async () => {
  const client = await open(execPath(["ls"], {}, "batch/importer-5d8f7c9b64-q2w8z"));
  expect((await client.ended()).code).toBe(1000);
  expect(client.status?.message).toBe(
    'Internal error occurred: unable to upgrade connection: container not found ("importer")',
  );
});

it("finds no shell in an image that has none", async () => {
  const client = await open(execPath(["sh"], {}, "kube-system/coredns-6f6b679f8f-n4kzd"));
  await client.ended();
  expect(client.status?.message).toContain('exec: "sh": executable file not found in $PATH');
});

describe("attach", () => {
  const path = "/api/v1/namespaces/default/pods/shell/attach?stdout=true&stdin=true";

  it("shows what the main process prints from now on, and takes input without minding it", async () => {
    const client = await open(path);
    client.stdin("hello\n");
    await until("two ticks", () => (client.stdout.match(/tick \d+\n/g) ?? []).length >= 2);
    const ticks = [...client.stdout.matchAll(/tick (\d+)\n/g)].map((match) => Number(match[1]));
    expect(ticks[1]).toBe(ticks[0]! + 1);
    expect(client.stdout).not.toContain("hello");
    expect(client.ws.readyState).toBe(WebSocket.OPEN);
  });

  it("ends on a broken CLOSE", async () => {
    const client = await open(path);
    client.ws.send(Buffer.of(255));
    expect((await client.ended()).code).toBe(1002);
  });
});
