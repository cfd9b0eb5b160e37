import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DoctorStep, DoctorStepName } from "#protocol/doctor.ts";
import { type Arrival, runDoctor } from "./doctor-run.ts";
import { arrivedTogether, doctorText, withStep } from "./doctor-steps.ts";

const REQUEST = { cluster: "demo", namespace: "default", pod: "web" };

function finding(name: DoctorStepName, more: Partial<DoctorStep> = {}): DoctorStep {
  return { name, title: name, result: "ok", tried: "", found: "ü fine", ms: 1, ...more };
}

describe("the doctor's findings", () => {
  let server: Server;
  let base: string;
  let serve: (request: IncomingMessage, response: ServerResponse) => void;
  beforeEach(async () => {
    server = createServer((request, response) => serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("come one by one, however the bytes are cut", async () => {
    const steps = [finding("dns"), finding("tcp"), finding("verdict")];
    const bytes = Buffer.from(steps.map((step) => `${JSON.stringify(step)}\n`).join(""));
    let asked = "";
    serve = (request, response) => {
      request.on("data", (piece) => {
        asked += piece;
      });
      request.on("end", async () => {
        for (const byte of bytes)
          await new Promise<void>((next) => response.write(Buffer.of(byte), () => next()));
        response.end();
      });
    };
    const seen: DoctorStep[] = [];
    for await (const { step } of runDoctor(REQUEST, new AbortController().signal, base)) seen.push(step);
    expect(seen).toEqual(steps);
    expect(JSON.parse(asked)).toEqual(REQUEST);
  });

  it("are given up with the connection when nobody reads on", async () => {
    const hungUp = new Promise<void>((resolve) => {
      serve = (_request, response) => {
        response.write(`${JSON.stringify(finding("dns"))}\n`);
        response.once("close", resolve);
      };
    });
    for await (const { step } of runDoctor(REQUEST, new AbortController().signal, base)) {
      expect(step.name).toBe("dns");
      break;
    }
    await hungUp;
  });

  it("end with the words of a refusal", async () => {
    serve = (_request, response) => {
      response.writeHead(429, { "content-type": "application/json" });
      response.end(JSON.stringify({ kind: "Status", message: "the doctor is busy", code: 429 }));
    };
    const run = runDoctor(REQUEST, new AbortController().signal, base);
    await expect(run.next()).rejects.toThrow("the doctor is busy");
  });
});

describe("findings that arrive together", () => {
  const run = (first: number, last: number, ms: number): Arrival[] => [
    { step: finding("context"), afterMs: first },
    { step: finding("verdict", { ms }), afterMs: last },
  ];

  it("were kept back on the way, when the steps took longer than the arrival", () => {
    expect(arrivedTogether(run(60_000, 60_010, 60_000))).toBe(true);
    expect(arrivedTogether(run(10, 60_000, 60_000))).toBe(false);
  });

  it("prove nothing when the steps were quick, or without a verdict", () => {
    expect(arrivedTogether(run(900, 910, 900))).toBe(false);
    expect(arrivedTogether(run(60_000, 60_010, 60_000).slice(0, 1))).toBe(false);
    expect(arrivedTogether([])).toBe(false);
  });
});

describe("what is shown", () => {
  it("is the latest of each step", () => {
    const running = finding("idle", { result: "running" });
    const steps = withStep(withStep(withStep([], finding("tls")), running), finding("idle"));
    expect(steps.map(({ name, result }) => [name, result])).toEqual([
      ["tls", "ok"],
      ["idle", "ok"],
    ]);
  });

  it("is copied with what to change", () => {
    const failed = finding("tunnel", {
      result: "failed",
      found: "No.",
      change: "Do.",
      configuration: "Envoy",
    });
    expect(doctorText("demo / default / web", [failed, finding("idle", { result: "running" })])).toBe(
      'The path from Porthole to demo / default / web\n\nfailed: tunnel: No.\n    change: Do.\n    see: docs/proxies.md, "Envoy"\n',
    );
  });
});
