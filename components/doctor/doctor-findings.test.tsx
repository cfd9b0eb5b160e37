// @vitest-environment happy-dom
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { button, cleanUp, click, render, until } from "#components/ui/render.fixture.ts";
import type { DoctorStep } from "#protocol/doctor.ts";
import { DoctorFindings } from "./doctor-findings.tsx";

let server: Server;
let base: string;
let responses: ServerResponse[];

beforeEach(async () => {
  responses = [];
  server = createServer((_request, response) => {
    // happy-dom complains of connections that a server closes while they wait for the next request.
    response.setHeader("connection", "close");
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    if (_request.method === "OPTIONS") response.end();
    else responses.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await cleanUp();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const REQUEST = { cluster: "demo", namespace: "default", pod: "web" };

function line(step: Partial<DoctorStep>): string {
  return `${JSON.stringify({ name: "dns", title: "Name", result: "ok", tried: "t", found: "f", ms: 1, ...step })}\n`;
}

describe("the doctor on the page", () => {
  it("shows each step as it comes, and the verdict with what to change", async () => {
    const { host } = await render(<DoctorFindings request={REQUEST} base={base} />);
    await until(() => responses.length === 1);
    responses[0]?.write(line({ result: "running", found: "" }));
    await until(() => host.textContent?.includes("Trying: Name") === true);
    const advice = { hop: "Porthole → nginx", change: "Pass Upgrade on.", configuration: "Envoy and Istio" };
    responses[0]?.write(line({ found: "1.2.3.4" }));
    responses[0]?.end(
      line({ name: "verdict", title: "Verdict", result: "failed", found: "No way.", ...advice }),
    );
    await until(() => host.textContent?.includes("No way.") === true);
    expect(host.querySelectorAll("[data-result]").length).toBe(2);
    for (const text of [
      "1.2.3.4",
      "Porthole → nginx",
      "Pass Upgrade on.",
      "docs/proxies.md, “Envoy and Istio”",
    ])
      expect(host.textContent).toContain(text);
    await until(() => button(host, "Try again") !== undefined);
    await click(button(host, "Try again"));
    await until(() => responses.length === 2);
    responses[1]?.end();
    await until(() => button(host, "Try again") !== undefined);
  });

  it("stops when asked, and hangs up when it leaves the page", async () => {
    const { host, redraw } = await render(<DoctorFindings request={REQUEST} base={base} />);
    await until(() => responses.length === 1);
    await click(button(host, "Stop"));
    await until(() => host.textContent?.includes("Stopped.") === true);
    await click(button(host, "Try again"));
    await until(() => responses.length === 2);
    const hungUp = new Promise((resolve) => responses[1]?.once("close", resolve));
    await redraw(<p>gone</p>);
    await hungUp;
  });

  it("says when Porthole was lost before the verdict", async () => {
    const { host } = await render(<DoctorFindings request={REQUEST} base={base} />);
    await until(() => responses.length === 1);
    responses[0]?.end(line({}));
    await until(() => host.textContent?.includes("The connection to Porthole was lost.") === true);
  });
});
