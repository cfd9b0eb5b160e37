import { describe, expect, it } from "vitest";
import { ConfigError } from "#server/config/config-error.ts";
import { checkPreviewSite } from "./preview-site.ts";

const check = (app: string, previewDomain: string | undefined, host = "0.0.0.0") =>
  checkPreviewSite({ host, publicUrl: new URL(app), previewDomain });

describe("checkPreviewSite (A5, A8)", () => {
  it.each([
    ["https://porthole.example.com", "preview.example.com", "example.com"],
    ["https://porthole.example.com", "example.com", "example.com"],
    ["https://example.com", "preview.example.com", "example.com"],
    ["https://example.com", "example.com", "example.com"],
    ["https://preview.example.com", "preview.example.com", "example.com"],
    ["https://porthole.preview.example.com", "preview.example.com", "example.com"],
    ["https://a.b.c.example.co.uk", "x.y.example.co.uk", "example.co.uk"],
    ["https://porthole.example.com.", "preview.example.com", "example.com"],
    ["https://PORTHOLE.Example.com", "preview.example.com:8443", "example.com"],
    ["https://porthole.team.github.io", "preview.team.github.io", "team.github.io"],
    // Names of a company's own network: the last label is a suffix to browsers.
    ["https://porthole.acme.internal", "preview.acme.internal", "acme.internal"],
    ["https://porthole.corp", "porthole.corp", "porthole.corp"],
    ["https://porthole.lan:8443", "preview.porthole.lan", "porthole.lan"],
    ["https://porthole.例え.jp", "preview.xn--r8jz45g.jp", "xn--r8jz45g.jp"],
  ])("refuses %s with previews under %s", (app, domain, reach) => {
    expect(() => check(app, domain)).toThrow(ConfigError);
    expect(() => check(app, domain)).toThrow(`is under ${reach} as Porthole's own`);
  });

  it("refuses the name that is listened on as well", () => {
    const where = {
      host: "porthole.example.com",
      publicUrl: undefined,
      previewDomain: "preview.example.com",
    };
    expect(() => checkPreviewSite(where)).toThrow(ConfigError);
  });

  it.each([
    ["https://porthole.example.com", "preview.example.net"],
    ["https://porthole.example.com", "example-previews.com"],
    ["https://porthole.example.com", "notexample.com"],
    ["https://one.github.io", "two.github.io"],
    ["https://porthole.corp", "preview.corp"],
    ["https://10.0.0.1", "preview.example.com"],
    ["https://[::1]:7654", "preview.example.com"],
    ["https://porthole.example.co.uk", "previews.co.uk"],
  ])("warns of siblings for %s with previews under %s", (app, domain) => {
    expect(check(app, domain)).toEqual([expect.stringContaining("public suffix list")]);
  });

  it.each([
    // Listed, so each preview is a site of its own; the app may then be under it, too.
    ["https://porthole.example.com", "csb.app"],
    ["https://porthole.github.io", "github.io"],
    ["https://github.io", "github.io"],
    // An unlisted last label counts as listed.
    ["https://porthole.corp", "corp"],
    ["https://porthole.example.com", "localhost"],
  ])("is content with %s and previews under %s", (app, domain) => {
    expect(check(app, domain)).toEqual([]);
  });

  it.each([
    [undefined, "127.0.0.1"],
    ["preview.localhost", "127.0.0.1"],
    ["lvh.me", "localhost"],
    ["localhost", "::1"],
  ])("refuses nothing on loopback (%s on %s)", (previewDomain, host) => {
    expect(() => checkPreviewSite({ host, publicUrl: undefined, previewDomain })).not.toThrow();
  });
});
