import { describe, expect, it } from "vitest";
import { Addresses } from "./addresses.ts";

const laptop = new Addresses({
  host: "127.0.0.1",
  port: 7654,
  tls: false,
  publicUrl: undefined,
  previewDomain: undefined,
});
const hosted = new Addresses({
  host: "0.0.0.0",
  port: 7654,
  tls: false,
  publicUrl: new URL("https://app.example"),
  previewDomain: "preview.example.dev",
});

describe("Host", () => {
  it.each(["127.0.0.1:7654", "localhost:7654", "[::1]:7654"])("%s is the app", (host) => {
    expect(laptop.roleOf(host)).toEqual({ kind: "app" });
  });

  it.each([
    "evil.test",
    "evil.test:7654",
    "127.0.0.1",
    "127.0.0.1:7655",
    "localhost.evil.test:7654",
    "127.0.0.1.nip.io:7654",
    "LOCALHOST:7654",
    "localhost.:7654",
    "",
    undefined,
    "p-abcdefghijkl.localhost",
    "p-abcdefghijkl.localhost:7655",
    "p-abcdefghijkl.evil.test:7654",
    "p-abcdefghijk.localhost:7654",
    "p-abcdefghijklm.localhost:7654",
    "p-ABCDEFGHIJKL.localhost:7654",
    "x.p-abcdefghijkl.localhost:7654",
    "p-abcdefghijk1.localhost:7654",
    "app.localhost:7654",
  ])("%s is not ours", (host) => {
    expect(laptop.roleOf(host)).toBeNull();
  });

  it("names a forward by its random label", () => {
    expect(laptop.roleOf("p-abcdefghijk2.localhost:7654")).toEqual({
      kind: "preview",
      forwardId: "abcdefghijk2",
    });
    expect(hosted.roleOf("p-abcdefghijk2.preview.example.dev")).toEqual({
      kind: "preview",
      forwardId: "abcdefghijk2",
    });
    expect(hosted.previewOrigin("abcdefghijk2")).toBe("https://p-abcdefghijk2.preview.example.dev");
  });
});

describe("Origin", () => {
  it("is ours only to the letter", () => {
    for (const origin of ["http://127.0.0.1:7654", "http://localhost:7654", "http://[::1]:7654"]) {
      expect(laptop.isOwnOrigin(origin)).toBe(true);
    }
    expect(hosted.isOwnOrigin("https://app.example")).toBe(true);
  });

  it.each([
    "null",
    "",
    "http://app.example",
    "https://app.example:8443",
    "https://app.example.",
    "https://APP.example",
    "https://evil-app.example",
    "https://app.example.evil",
    "https://sub.app.example",
    "https://app.example@evil.test",
    "https://p-abcdefghijk2.preview.example.dev",
    "wss://app.example",
    "https://app.example/",
    "https://xn--app-xyz.example",
    "file://",
    "chrome-extension://abcdef",
    "http://localhost:7655",
    "http://127.0.0.1",
  ])("%s is not", (origin) => {
    expect(hosted.isOwnOrigin(origin)).toBe(false);
  });

  it("has no preview origins when a public URL is given without a domain for them", () => {
    const addresses = new Addresses({
      host: "127.0.0.1",
      port: 80,
      tls: false,
      publicUrl: new URL("https://app.example"),
      previewDomain: undefined,
    });
    expect(addresses.previewOrigin("abcdefghijk2")).toBeNull();
  });
});

describe("names of the person's own machine", () => {
  const at = (host: string, publicUrl?: string) =>
    new Addresses({
      ...{ host, port: 7654, tls: false, previewDomain: undefined },
      publicUrl: publicUrl === undefined ? undefined : new URL(publicUrl),
    });

  it.each([
    ["127.0.0.1", undefined, true],
    ["127.9.9.9", undefined, true],
    ["localhost", undefined, true],
    ["::1", undefined, true],
    ["0.0.0.0", "http://127.0.0.1:8080", true],
    ["0.0.0.0", "https://porthole.localhost", true],
    ["0.0.0.0", "https://[::1]:8443", true],
    ["192.168.1.5", undefined, false],
    ["127.0.0.1", "https://porthole.example", false],
    ["127.0.0.1", "https://127.evil.example", false],
    ["127.0.0.1", "https://localhost.example", false],
  ])("%s as %s: %s", (host, publicUrl, loopback) => {
    expect(at(host, publicUrl).loopback).toBe(loopback);
  });

  it("pages are shown at the one that is printed", () => {
    const names = ["127.0.0.1:7654", "localhost:7654", "[::1]:7654"];
    expect(names.map((name) => laptop.isOtherName(name))).toEqual([false, true, true]);
    expect(names.map((name) => at("localhost").isOtherName(name))).toEqual([true, false, true]);
    // A proxy or a tunnel stands in front: it may be what leads to any of them.
    expect(names.map((name) => at("127.0.0.1", "http://127.0.0.1:8080").isOtherName(name))).toEqual([
      false,
      false,
      false,
    ]);
    expect(hosted.isOtherName("127.0.0.1:7654")).toBe(false);
  });
});
