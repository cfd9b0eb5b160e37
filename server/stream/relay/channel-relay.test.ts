import { describe, expect, it } from "vitest";
import { Channel, encodeClose, encodeFrame } from "#protocol/channel.ts";
import { encodeResize } from "#protocol/resize.ts";
import { exitStatus, failureStatus } from "#protocol/status.ts";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { encodeText } from "#protocol/text.ts";
import { CLOSED, channelPair, record } from "#server/testing/channel-pair.ts";
import { type RelayEnd, relayChannels } from "./channel-relay.ts";

function start(tty = true) {
  const [downstream, client] = channelPair(V5_SUBPROTOCOL);
  const [upstream, apiServer] = channelPair(V5_SUBPROTOCOL);
  const ends: RelayEnd[] = [];
  const relay = relayChannels(downstream, upstream, { tty, onEnd: (end) => ends.push(end) });
  return {
    relay,
    client,
    apiServer,
    downstream,
    upstream,
    atClient: record(client),
    atServer: record(apiServer),
    ends,
  };
}

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("relayChannels", () => {
  it("passes frames both ways without touching them", () => {
    const { client, apiServer, atClient, atServer } = start();
    apiServer.sendFrame(bytes(1));
    apiServer.sendFrame(bytes(1, 0xe2, 0x82));
    apiServer.sendFrame(bytes(2, 0xff));
    client.sendFrame(bytes(0, 0, 255));
    client.sendFrame(encodeClose(Channel.Stdin));
    expect(atClient.frames.map((frame) => [...frame])).toEqual([[1], [1, 0xe2, 0x82], [2, 0xff]]);
    expect(atServer.frames.map((frame) => [...frame])).toEqual([
      [0, 0, 255],
      [255, 0],
    ]);
  });

  it("sends resizes with a tty only: without one the second would freeze the API server's reader", () => {
    const resize = encodeFrame(Channel.Resize, encodeResize({ width: 90, height: 30 }));
    const withTty = start(true);
    withTty.client.sendFrame(resize);
    expect(withTty.atServer.frames).toHaveLength(1);
    const without = start(false);
    without.client.sendFrame(resize);
    without.client.sendFrame(resize);
    without.client.sendFrame(bytes(0, 65));
    expect(without.atServer.frames.map((frame) => [...frame])).toEqual([[0, 65]]);
  });

  it("drops a resize that is not one", () => {
    const { client, atServer } = start();
    client.sendFrame(encodeFrame(Channel.Resize, encodeText('{"Width":-1}')));
    expect(atServer.frames).toHaveLength(0);
  });

  it("never relays channels a server may not write: client-node dies of 255", () => {
    const { apiServer, atClient } = start();
    for (const channel of [0, 4, 5, 17, 255]) apiServer.sendFrame(bytes(channel, 1));
    apiServer.sendFrame(bytes(1, 65));
    expect(atClient.frames.map((frame) => [...frame])).toEqual([[1, 65]]);
  });

  it("ignores unknown channels and a server's own from a client, as API servers do", () => {
    const { client, atClient, atServer } = start();
    for (const channel of [1, 2, 3, 5, 7, 9, 77]) client.sendFrame(bytes(channel, 1));
    client.sendFrame(bytes(0, 65));
    expect(atClient.end).toBeNull();
    expect(atServer.frames.map((frame) => [...frame])).toEqual([[0, 65]]);
  });

  it.each([
    ["CLOSE with two channels", bytes(255, 0, 1)],
    ["CLOSE without a channel", bytes(255)],
    ["CLOSE of a channel that is none", bytes(255, 5)],
  ])("ends both legs with 1002 at %s", (_name, frame) => {
    const { client, atClient, atServer, ends } = start();
    client.sendFrame(frame);
    expect(atClient.end?.code).toBe(1002);
    expect(atServer.end).not.toBeNull();
    expect(ends).toHaveLength(1);
  });

  it("closes with 1000 after the status, even when the API server closed otherwise", () => {
    const { apiServer, atClient, ends } = start();
    apiServer.sendFrame(encodeFrame(Channel.Error, encodeText(JSON.stringify(exitStatus(7)))));
    apiServer.closeWith(1011);
    expect(atClient.end?.code).toBe(1000);
    expect(JSON.parse(atClient.on(Channel.Error).toString())).toMatchObject({ reason: "NonZeroExitCode" });
    expect(ends[0]).toMatchObject({ by: "upstream", statusSeen: true });
  });

  it("says that the status was lost, because close 1000 without one is exit 0 to kubectl", () => {
    const { apiServer, atClient } = start();
    apiServer.sendFrame(bytes(1, 65));
    apiServer.close(CLOSED);
    expect(JSON.parse(atClient.on(Channel.Error).toString())).toMatchObject({
      status: "Failure",
      message: expect.stringContaining("no exit status was received"),
    });
    expect(atClient.end?.code).toBe(1000);
  });

  it("ends the upstream when the client is gone", () => {
    const { client, atServer, ends } = start();
    client.terminate();
    expect(atServer.end).not.toBeNull();
    expect(ends[0]?.by).toBe("downstream");
  });

  it("takes a client that hangs up with its status for a command that ended", () => {
    const { client, apiServer, atServer, ends } = start();
    apiServer.sendFrame(bytes(Channel.Error, ...Buffer.from('{"status":"Success"}')));
    client.terminate();
    expect(atServer.end).not.toBeNull();
    expect(ends[0]).toMatchObject({ by: "upstream", end: { cause: "exited" }, statusSeen: true });
  });

  it("stops reading each side while the other is slow, and loses nothing", () => {
    const { client, apiServer, downstream, upstream, atClient, atServer } = start();
    const piece = encodeFrame(Channel.Stdout, Buffer.alloc(32 * 1024));
    client.pause();
    for (let sent = 0; sent < 40; sent += 1) apiServer.sendFrame(piece);
    expect(upstream.paused).toBe(true);
    expect(downstream.queuedBytes).toBeLessThan(300 * 1024);
    client.resume();
    expect(atClient.frames).toHaveLength(40);

    const typed = encodeFrame(Channel.Stdin, Buffer.alloc(32 * 1024));
    apiServer.pause();
    for (let sent = 0; sent < 40; sent += 1) client.sendFrame(typed);
    expect(downstream.paused).toBe(true);
    expect(upstream.queuedBytes).toBeLessThan(300 * 1024);
    apiServer.resume();
    expect(atServer.frames).toHaveLength(40);
  });

  describe("ended from here", () => {
    const revoked = { cause: "revoked", words: "the right was taken away" } as const;
    const status = failureStatus(403, "Forbidden", revoked.words);

    it("tells the client why, drops the API server's side, and passes nothing more either way", () => {
      const { relay, client, apiServer, atClient, atServer, ends } = start();
      apiServer.sendFrame(bytes(1, 65));
      relay.end(revoked, status);
      apiServer.sendFrame(bytes(1, 66));
      client.sendFrame(bytes(0, 67));
      expect(atClient.on(Channel.Stdout).toString()).toBe("A");
      expect(JSON.parse(atClient.on(Channel.Error).toString())).toEqual(status);
      expect(atClient.end?.code).toBe(1000);
      expect(atServer.frames).toEqual([]);
      expect(atServer.end?.code).toBe(1006);
      expect(ends).toMatchObject([{ by: "porthole", end: revoked }]);
    });

    it("changes nothing when the command is over already", () => {
      const { relay, apiServer, atClient, ends } = start();
      apiServer.sendFrame(encodeFrame(Channel.Error, encodeText(JSON.stringify(exitStatus(0)))));
      apiServer.close(CLOSED);
      const frames = atClient.frames.length;
      relay.end(revoked, status);
      expect(atClient.frames).toHaveLength(frames);
      expect(ends).toHaveLength(1);
    });
  });
});
