/** `npm start` as scripts and portals drive it: one line when it serves, one line when it cannot. */
import { expect, test } from "@playwright/test";
import { ownEnvironment, PortholeProcess, startCommand } from "./porthole-process.ts";
import { runProgram } from "./run-program.ts";

const EXIT_USAGE = 2;

function start(flags: readonly string[]) {
  return runProgram(startCommand(flags), ownEnvironment());
}

/** What was asked for cannot be: status 2, nothing on stdout, one line on stderr that names it. */
async function expectRefusal(flags: readonly string[], named: RegExp): Promise<void> {
  const { code, stdout, stderr } = await start(flags);
  expect({ code, stdout }).toEqual({ code: EXIT_USAGE, stdout: "" });
  expect(stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(named)]);
}

test("a wrong flag, a missing file or a port in use is one clear line and status 2", async () => {
  // Builds, if that is still to be done, so that the runs below say nothing but their refusal.
  const running = await PortholeProcess.start(["--demo"]);
  try {
    await expectRefusal(["--demo", "--port", String(running.port)], new RegExp(`${running.port} is in use`));
  } finally {
    await running.stop();
  }
  await expectRefusal(["--nonsense"], /nonsense/);
  await expectRefusal(["--kubeconfig", "/nowhere/kubeconfig"], /\/nowhere\/kubeconfig/);
  await expectRefusal(
    ["--demo", "--tls-cert", "/nowhere/tls.crt", "--tls-key", "/nowhere/tls.key"],
    /\/nowhere\/tls/,
  );
  await expectRefusal(["--demo", "--host", "0.0.0.0"], /loopback/);
});

test("the ready line is all that stdout ever gets, and SIGTERM ends the server with its clients on", async () => {
  const porthole = await PortholeProcess.start(["--demo"]);
  const { id } = await porthole.api<{ id: string }>("POST", "/api/sessions", {
    ...{ cluster: "demo", namespace: "default", pod: "shell", container: "main", cols: 80, rows: 24 },
  });
  expect(id).not.toBe("");
  expect(porthole.stdout.trimEnd().split("\n")).toEqual([`Porthole is ready at ${porthole.url}`]);
  // Rejects when it does not end in time.
  await porthole.stop("SIGTERM");
  expect(porthole.exitCode).toBe(0);
  expect(porthole.stdout.trimEnd().split("\n")).toHaveLength(1);
});

test("the token is in no log line", async () => {
  const porthole = await PortholeProcess.start(["--demo", "--log-format", "json"]);
  await porthole.api("GET", "/api/clusters");
  await fetch(`${porthole.origin}/api/clusters?t=${porthole.token}`);
  await porthole.stop();
  expect(porthole.stderr).not.toContain(porthole.token);
});

test("readiness and liveness answer without a token, everything else asks for one", async () => {
  const porthole = await PortholeProcess.start(["--demo"]);
  try {
    const statusOf = async (path: string) => (await fetch(`${porthole.origin}${path}`)).status;
    expect(await statusOf("/healthz")).toBe(200);
    expect(await statusOf("/readyz")).toBe(200);
    for (const path of ["/api/clusters", "/api/sessions", "/api/forwards", "/clusters/demo/api/v1/pods"]) {
      expect({ path, status: await statusOf(path) }).toEqual({ path, status: 401 });
    }
  } finally {
    await porthole.stop();
  }
});
