import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { PATIENT, Program } from "#server/forward/program.fixture.ts";
import { PreviewServer } from "./preview-server.fixture.ts";
import { previewsForTests } from "./previews-for-tests.fixture.ts";

const MIB = 1024 * 1024;

describe("transfers through a preview", () => {
  const { closers, serve } = previewsForTests();

  it("carries a large upload byte for byte", async () => {
    const { preview } = await serve(async (request, response) => {
      const hash = createHash("sha256");
      for await (const chunk of request) hash.update(chunk);
      response.end(hash.digest("hex"));
    });
    const body = randomBytes(32 * MIB);
    const answer = await preview.ask("/", { method: "POST", body, headers: { origin: preview.origin } });
    expect(answer.body).toBe(createHash("sha256").update(body).digest("hex"));
  });

  it("delivers an answer that comes before the upload is through", async () => {
    const program = await Program.tcp((socket) => {
      // It answers the head and never reads the rest.
      socket.once("data", () => {
        socket.pause();
        socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\n\r\ntoo large");
      });
    });
    closers.push(() => program.close());
    const preview = await PreviewServer.start(program.port);
    closers.push(() => preview.close());
    const options = { method: "POST", body: Buffer.alloc(16 * MIB), headers: { origin: preview.origin } };
    const answer = await preview.ask("/", options);
    expect([answer.status, answer.body]).toEqual([413, "too large"]);
    await expect.poll(() => preview.pod.streams, PATIENT).toBe(0);
  });

  it("downloads 200 MB unchanged in flat memory", async () => {
    const block = randomBytes(MIB);
    const { preview } = await serve((_request, response) => {
      let left = 200;
      const more = () => {
        while (left > 0) {
          left -= 1;
          if (!response.write(block)) {
            response.once("drain", more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    const expected = createHash("sha256");
    for (let count = 0; count < 200; count += 1) expected.update(block);
    const before = process.memoryUsage().rss;
    let peak = before;
    const hash = createHash("sha256");
    const response = await preview.open("/");
    for await (const chunk of response) {
      hash.update(chunk);
      peak = Math.max(peak, process.memoryUsage.rss());
    }
    expect(hash.digest("hex")).toBe(expected.digest("hex"));
    expect(peak - before).toBeLessThan(100 * MIB);
    expect(preview.info().bytesIn).toBeGreaterThan(200 * MIB);
  });

  /** Sends without end, as fast as it is taken. */
  function flood(response: ServerResponse) {
    const block = Buffer.alloc(64 * 1024);
    const more = () => {
      while (response.write(block));
      response.once("drain", more);
    };
    more();
  }

  it("serves others while one reader of a large download stands still", async () => {
    const { preview } = await serve((request, response) => {
      if (request.url === "/large") flood(response);
      else response.end("small");
    });
    const slow = await preview.open("/large");
    slow.pause();
    const received = () => preview.info().bytesIn;
    // It stands still once every buffer on the way is full.
    let last = -1;
    await expect
      .poll(
        () => {
          const still = last === received();
          last = received();
          return still && last > MIB;
        },
        { ...PATIENT, interval: 200 },
      )
      .toBe(true);
    const answers = await Promise.all(Array.from({ length: 32 }, () => preview.ask("/small")));
    expect(answers.every((answer) => answer.body === "small")).toBe(true);
    expect(received() - last).toBeLessThan(MIB);
    expect(preview.pod.dialled.length).toBeGreaterThan(1);
    slow.destroy();
  });

  it("leaves nothing behind when browsers give up 200 times during a large download", async () => {
    const block = randomBytes(MIB);
    const expected = createHash("sha256");
    let large: ServerResponse | undefined;
    const { program, preview } = await serve((request, response) => {
      if (request.url === "/large") {
        large = response;
        response.flushHeaders();
      } else if (request.url === "/flood") flood(response);
      else response.write("part of an answer");
    });
    const hash = createHash("sha256");
    const download = await preview.open("/large");
    download.on("data", (chunk) => hash.update(chunk));
    const downloaded = once(download, "end");
    for (let round = 0; round < 20; round += 1) {
      const paths = Array.from({ length: 10 }, (_none, index) => (index + round === 0 ? "/flood" : "/part"));
      const readers = await Promise.all(paths.map((path) => preview.open(path)));
      large?.write(block);
      expected.update(block);
      for (const reader of readers) reader.destroy();
    }
    large?.end();
    await downloaded;
    expect(hash.digest("hex")).toBe(expected.digest("hex"));
    expect(program.requests.length).toBeGreaterThanOrEqual(201);
    // The one connection that is left is the finished download's, kept for the next request.
    await expect.poll(() => program.sockets.size, PATIENT).toBeLessThanOrEqual(1);
    await expect.poll(() => preview.pod.streams, PATIENT).toBeLessThanOrEqual(2);
    expect(preview.info().connections).toBeLessThanOrEqual(1);
  });

  it("cuts the browser's transfer when the tunnel is lost in the middle", async () => {
    const { preview } = await serve((request, response) => {
      response.writeHead(200, { "content-length": 8 });
      if (request.url === "/half") response.write("half");
      else response.end("complete");
    });
    const response = await preview.open("/half");
    await once(response, "data");
    const failed = new Promise<Error>((resolve) => response.once("error", resolve));
    preview.pod.drop();
    expect(await failed).toMatchObject({ code: "ECONNRESET" });
    expect((await preview.ask("/")).body).toBe("complete");
  });
});
