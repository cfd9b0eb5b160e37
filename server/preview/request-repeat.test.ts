import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { AccessError } from "#server/access/access-error.ts";
import { freePort, PATIENT } from "#server/forward/program.fixture.ts";
import { previewsForTests } from "./previews-for-tests.fixture.ts";

describe("requests that are sent again", () => {
  const { serve } = previewsForTests();

  it("repeats a GET without an answer once on a fresh tunnel when the tunnel dies", async () => {
    let asked = 0;
    const { preview } = await serve((_request, response) => {
      asked += 1;
      if (asked === 1) preview.pod.drop();
      else response.end("second time");
    });
    expect((await preview.ask("/")).body).toBe("second time");
    expect(asked).toBe(2);
    expect(preview.pod.dialled).toHaveLength(2);
  });

  it("repeats neither a POST nor a second time", async () => {
    let asked = 0;
    const { preview } = await serve(() => {
      asked += 1;
      preview.pod.drop();
    });
    const post = await preview.ask("/", { method: "POST", headers: { origin: preview.origin } });
    expect([post.status, asked]).toEqual([502, 1]);
    expect((await preview.ask("/")).status).toBe(502);
    expect(asked).toBe(3);
  });

  it("does not repeat what may not be, and shows that the cluster does not allow it", async () => {
    const { preview } = await serve((_request, response) => response.end("never"));
    preview.pod.refusal = new AccessError("FORBIDDEN", "You may not create pods/portforward in default.");
    const answer = await preview.ask("/", { headers: { accept: "text/html" } });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain("The cluster does not allow a port-forward to Pod web");
    expect(answer.body).toContain("You may not create pods/portforward in default.");
    expect(preview.pod.dialled).toHaveLength(1);
  });

  it("repeats a GET that met a connection which the pod had just closed", async () => {
    const sockets = new Set<Socket>();
    const { preview } = await serve((request, response) => {
      // The second request on any connection finds it closing.
      if (sockets.has(request.socket)) request.socket.destroy();
      else response.end("fresh");
      sockets.add(request.socket);
    });
    expect((await preview.ask("/")).body).toBe("fresh");
    expect((await preview.ask("/")).body).toBe("fresh");
    expect(sockets.size).toBe(2);
  });

  it("sends a POST over a connection of its own, so that it never meets one that is closing", async () => {
    const sockets = new Set<Socket>();
    const { preview } = await serve((request, response) => {
      if (sockets.has(request.socket)) request.socket.destroy();
      else response.end(request.method);
      sockets.add(request.socket);
    });
    const post = () =>
      preview.ask("/", {
        method: "POST",
        headers: { origin: preview.origin, "content-length": "2" },
        body: "ab",
      });
    expect((await preview.ask("/")).body).toBe("GET");
    expect((await post()).body).toBe("POST");
    expect((await post()).body).toBe("POST");
    expect(sockets.size).toBe(3);
  });

  it("repeats a GET that the old pod refused when another pod has taken over", async () => {
    const { preview } = await serve((_request, response) => response.end("the new pod"));
    expect((await preview.ask("/")).body).toBe("the new pod");
    const nowhere = await freePort();
    const real = preview.pod.portOf;
    // The old sandbox still answers, but its program is gone; the cluster already names another pod.
    preview.pod.portOf = (port) => (preview.pod.dialled.at(-1) === "web" ? nowhere : real(port));
    preview.cluster.pod = "web-2";
    for (const socket of preview.pod.programs) socket.destroy();
    await expect.poll(() => preview.info().connections, PATIENT).toBe(0);
    expect((await preview.ask("/")).body).toBe("the new pod");
    expect(preview.pod.dialled).toEqual(["web", "web-2"]);
  });
});
