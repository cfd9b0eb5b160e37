import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiContext } from "#server/kube/api/api-context.ts";
import { type Loopback, listenOnLoopback, until } from "#server/testing/loopback.ts";
import { acceptSpdy } from "../accept/spdy-acceptor.ts";
import { UpgradeError } from "../errors.ts";
import { SpdyDialer } from "./spdy-dialer.ts";

const TARGET = {
  ...{ namespace: "team-a", pod: "api", subresource: "exec" as const, command: ["cat"] },
  ...{ stdin: true, stdout: true, stderr: true, tty: false },
};

let apiServer: Loopback;
/** Whether the client has asked for its streams. */
let asked: boolean;
let upgrade: "accepts and says nothing" | "refuses";
beforeEach(async () => {
  asked = false;
  apiServer = await listenOnLoopback({
    upgrade(_request, socket, head) {
      socket.once("end", () => socket.destroy());
      const page = "<html>bad gateway</html>";
      if (upgrade === "refuses")
        socket.end(`HTTP/1.1 502 Bad\r\nServer: nginx\r\nContent-Length: ${page.length}\r\n\r\n${page}`);
      else
        acceptSpdy(socket, head, "v4.channel.k8s.io").once("data", () => {
          asked = true;
        });
    },
  });
});
afterEach(() => apiServer.close());

function dialer(): SpdyDialer {
  return new SpdyDialer(new ApiContext({ name: "test", server: apiServer.origin }).as(null));
}

describe("dialling exec over SPDY", () => {
  it("can be given up while the streams are not accepted, and leaves nothing open", async () => {
    upgrade = "accepts and says nothing";
    const stop = new AbortController();
    const dialing = dialer().dialExec(TARGET, stop.signal);
    const failed = expect(dialing).rejects.toMatchObject({ name: "StreamError", code: "CANCELED" });
    await until("the streams to be asked for", () => asked);
    stop.abort();
    await failed;
    await until("the end of the connection", () => apiServer.sockets.size === 0);
  });

  it("keeps who refused and with which page", async () => {
    upgrade = "refuses";
    const refused = await dialer()
      .dialExec(TARGET)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UpgradeError);
    expect((refused as UpgradeError).answer).toMatchObject({
      headers: { server: "nginx" },
      body: "<html>bad gateway</html>",
    });
  });
});
