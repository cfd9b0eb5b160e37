import { describe, expect, it } from "vitest";
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import { UpgradeError } from "../errors.ts";
import { lacksWebSockets } from "./old-kubelet.ts";

const STATUS = { kind: "Status", status: "Failure", reason: "Forbidden", code: 403 };
const PORT_MISSING = 'query parameter "port" is required';
const page = (body: string) => ({ answer: { headers: {}, body } });

describe("lacksWebSockets", () => {
  it.each<[string, UpgradeError, StreamSubresource]>([
    ["a 403 that says nothing", new UpgradeError(403, "", null, page("")), "exec"],
    ["the old form's missing port", new UpgradeError(400, PORT_MISSING), "portforward"],
  ])("is true of %s", (_what, refusal, subresource) => {
    expect(lacksWebSockets(refusal, subresource)).toBe(true);
  });

  it.each<[string, UpgradeError, StreamSubresource]>([
    ["a 403 of the API server", new UpgradeError(403, "no", STATUS as never), "exec"],
    ["a proxy's page", new UpgradeError(403, "Blocked", null, page("<h1>Blocked</h1>")), "exec"],
    ["the same words about an exec", new UpgradeError(400, PORT_MISSING), "exec"],
    ["another 400", new UpgradeError(400, "Bad Request"), "portforward"],
  ])("is false of %s", (_what, refusal, subresource) => {
    expect(lacksWebSockets(refusal, subresource)).toBe(false);
  });
});
