import { afterEach, describe, expect, it } from "vitest";
import { PATIENT, Program } from "#server/forward/program.fixture.ts";
import { PreviewServer } from "./preview-server.fixture.ts";

describe("what the preview keeps for a forward", () => {
  let preview: PreviewServer;
  let program: Program;

  async function start(): Promise<void> {
    program = await Program.http((_request, response) => response.end("hello"));
    preview = await PreviewServer.start(program.port);
  }

  afterEach(async () => {
    await preview.close();
    await program.close();
  });

  it("tells where a forward opens before anybody has looked, and then what came through", async () => {
    await start();
    const { id } = preview.forward;
    expect(preview.info()).toMatchObject({ id, url: `http://${preview.hostOf(id)}/`, recent: [] });
    await preview.ask("/page");
    expect(preview.info()).toMatchObject({ state: "ready", tunnels: 1 });
    expect(preview.info().recent).toMatchObject([{ method: "GET", path: "/page", status: 200, bytes: 5 }]);
  });

  it("is one for each forward", async () => {
    await start();
    const other = await preview.add(program.port);
    await preview.ask("/page");
    expect(preview.ports.of(other)).not.toBe(preview.ports.of(preview.forward));
    expect(preview.ports.of(other)).toBe(preview.ports.of(other));
    expect(preview.ports.info(other).recent).toEqual([]);
  });

  it("lets go of the kept connections when the forward is removed", async () => {
    await start();
    await preview.ask("/");
    const { agent } = preview.ports.of(preview.forward);
    await expect.poll(() => Object.keys(agent.freeSockets).length, PATIENT).toBe(1);
    await preview.registry.delete(preview.forward.id);
    await expect.poll(() => Object.keys(agent.freeSockets).length, PATIENT).toBe(0);
    await expect.poll(() => program.sockets.size, PATIENT).toBe(0);
  });
});
