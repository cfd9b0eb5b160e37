/** What a session runs: a shell wherever it is, another one that was named, or the main process; on the whole server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { SessionCreated } from "#protocol/api.ts";
import { Channel } from "#protocol/channel.ts";
import { Edge } from "./edge.fixture.ts";

let edge: Edge;

beforeAll(async () => {
  edge = await Edge.start();
});
afterAll(() => edge.close());

async function create(body: object): Promise<SessionCreated & { code?: number; message?: string }> {
  const answer = await fetch(`${edge.origin}/api/sessions`, {
    method: "POST",
    headers: { ...edge.machine, "content-type": "application/json" },
    body: JSON.stringify({ cluster: "demo", cols: 80, rows: 24, ...body }),
  });
  return (await answer.json()) as SessionCreated;
}

/** What it prints until the condition holds or it ends. */
async function read(id: string, enough: (text: string) => boolean, input = ""): Promise<string> {
  const url = `${edge.origin.replace("http", "ws")}/api/sessions/${id}/stream`;
  const socket = new WebSocket(url, ["v5.channel.k8s.io"], { headers: edge.machine });
  let text = "";
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("open", () => input !== "" && socket.send(Buffer.from(`\0${input}`)));
    socket.on("message", (data: Buffer) => {
      if (data[0] === Channel.Stdout || data[0] === Channel.Error) text += data.subarray(1).toString();
      if (enough(text)) resolve();
    });
    socket.once("close", () => resolve());
  });
  socket.terminate();
  return text;
}

describe("a session's shell", () => {
  const CHECKOUT = { namespace: "shop", pod: "checkout" };

  it("is found in an image that has it on its PATH alone", async () => {
    const { id, command } = await create(CHECKOUT);
    expect(command[0]).toBe("sh");
    expect(await read(id, (text) => text.includes("found-42"), "echo found-$((40 + 2))\n")).toContain(
      "found-42",
    );
  });

  it("is the one that was named, and its failure names it", async () => {
    const { id } = await create({ ...CHECKOUT, shell: "/bin/sh" });
    expect(await read(id, (text) => text.includes("Failure"))).toMatch(
      /\/bin\/sh: no such file or directory/,
    );
  });

  it("is PowerShell in a Windows container that is asked for it", async () => {
    const { id, command } = await create({ namespace: "shop", pod: "reports", shell: "powershell" });
    expect(command).toEqual(["powershell", "-NoLogo"]);
    expect(await read(id, (text) => text.includes("PS C:"))).toContain("PS C:\\>");
  });

  it("is told from a person's own command, in every later look at it", async () => {
    const shell = await create({ ...CHECKOUT, shell: "sh" });
    const { id, ...own } = await create({ ...CHECKOUT, command: ["sh", "-c", "sleep 60"] });
    expect([shell.run, own.run]).toEqual([undefined, "command"]);
    const later = await fetch(`${edge.origin}/api/sessions/${id}`, { headers: edge.machine });
    expect(await later.json()).toMatchObject({ run: "command" });
  });

  it("is one of three things, and each of its own form", async () => {
    for (const wrong of [
      { shell: "sh", command: ["sh"] },
      { shell: "" },
      { shell: 7 },
      { shell: "a\0b" },
      { attach: "yes" },
      { attach: true, shell: "sh" },
      { attach: true, tty: 1 },
    ])
      expect(await create({ ...CHECKOUT, ...wrong })).toMatchObject({ code: 400 });
  });
});

describe("a session that is attached to the main process", () => {
  it("shows what that prints, says so, and leaves it running", async () => {
    const shell = { namespace: "default", pod: "shell", attach: true };
    const { id, command, attach } = await create(shell);
    expect({ command, attach }).toEqual({ command: [], attach: { stdin: false, tty: false } });
    // Without stdin what is typed goes nowhere, and does not end the stream.
    expect(await read(id, (text) => /tick \d+\n/.test(text), "\x03")).toMatch(/tick \d+/);
    await fetch(`${edge.origin}/api/sessions/${id}`, { method: "DELETE", headers: edge.machine });
    const again = await create(shell);
    expect(await read(again.id, (text) => /tick \d+\n/.test(text))).toMatch(/tick \d+/);
  });

  it("needs the right to attach", async () => {
    const viewer = await create({ cluster: "demo-viewer", namespace: "default", pod: "shell", attach: true });
    expect(viewer).toMatchObject({ code: 403 });
    expect(viewer.message).toMatch(/create pods\/attach in default/);
  });
});
