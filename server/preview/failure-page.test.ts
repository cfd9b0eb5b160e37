import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { freePort, Program } from "#server/forward/program.fixture.ts";
import { previewsForTests } from "./previews-for-tests.fixture.ts";

const HTML = { accept: "text/html,*/*" };

describe("what a person sees when a forward fails", () => {
  const { closers, previewOf } = previewsForTests();

  async function program(listener: Parameters<typeof Program.tcp>[0]): Promise<Program> {
    const made = await Program.tcp(listener);
    closers.push(() => made.close());
    return made;
  }

  it("says that nothing listens, on which pod and port, and what was tried", async () => {
    const port = await freePort();
    const preview = await previewOf(port);
    const page = await preview.ask("/", { headers: HTML });
    expect(page.status).toBe(502);
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.body).toContain(`<h1>Nothing listens on port ${port} of pod web</h1>`);
    expect(page.body).toContain("connection refused");
    expect(page.body).toContain("namespace default, cluster demo");
    expect(page.body).not.toContain("<script");
    expect(page.headers["content-security-policy"]).not.toContain("script-src");
    const info = preview.info();
    expect([info.state, info.problem]).toEqual(["failing", expect.stringContaining("connection refused")]);
  });

  it("says the same as a Status to whoever shows no pages", async () => {
    const preview = await previewOf(await freePort());
    for (const headers of [{ accept: "*/*" }, { ...HTML, "sec-fetch-dest": "script" }]) {
      const answer = await preview.ask("/", { headers });
      expect(JSON.parse(answer.body)).toMatchObject({ kind: "Status", code: 502, reason: "NothingListens" });
    }
  });

  it("fails alone: what else is in the same tunnel goes on", async () => {
    let send: (text: string) => void = () => {};
    const web = await Program.http((_request, response) => {
      response.flushHeaders();
      send = (text) => response.write(text);
    });
    closers.push(() => web.close());
    const preview = await previewOf(web.port);
    const stream = await preview.open("/events");
    const nowhere = await freePort();
    preview.pod.portOf = () => nowhere;
    const refused = await Promise.all(Array.from({ length: 5 }, () => preview.ask("/")));
    expect(refused.map((answer) => answer.status)).toEqual([502, 502, 502, 502, 502]);
    const came = once(stream, "data");
    send("still here");
    expect(String((await came)[0])).toBe("still here");
    expect(preview.pod.dialled).toHaveLength(1);
    stream.destroy();
  });

  it("escapes what the pod's side wrote", async () => {
    const preview = await previewOf(1);
    preview.pod.intercept = (_data, error) => {
      error.end("<img src=x onerror=alert(1)>");
      _data.reset();
      return true;
    };
    const page = await preview.ask("/", { headers: HTML });
    expect(page.status).toBe(502);
    expect(page.body).toContain("&#60;img src=x onerror=alert(1)&#62;");
    expect(page.body).not.toContain("<img");
  });

  it("tells a port that speaks something else from one that says nothing", async () => {
    const ssh = await program((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    const mute = await program((socket) => socket.once("data", () => socket.end()));
    const spoke = await (await previewOf(ssh.port)).ask("/", { headers: HTML });
    expect(spoke.body).toContain(`Port ${ssh.port} of pod web does not speak HTTP`);
    const silent = await (await previewOf(mute.port)).ask("/", { headers: HTML });
    expect(silent.body).toContain(`Port ${mute.port} of pod web closed the connection`);
  });

  it("serves again, without a word from anybody, once the program listens", async () => {
    const port = await freePort();
    const preview = await previewOf(port);
    expect((await preview.ask("/")).status).toBe(502);
    const late = await Program.http((_request, response) => response.end("late"));
    closers.push(() => late.close());
    preview.pod.portOf = () => late.port;
    expect((await preview.ask("/")).body).toBe("late");
    expect(preview.info()).toMatchObject({ state: "ready", tunnels: 1 });
    expect(preview.pod.dialled).toHaveLength(1);
  });

  it("says that the tunnel could not be opened", async () => {
    const preview = await previewOf(1);
    preview.pod.refusal = new Error("the API server refused");
    const page = await preview.ask("/", { headers: HTML });
    expect(page.body).toContain("The tunnel to pod web could not be opened or was lost");
    expect(page.body).toContain("the API server refused");
  });
});
