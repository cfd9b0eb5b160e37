// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanUp, click, render, until } from "#components/ui/render.fixture.ts";
import type { ClusterInfo } from "#protocol/api.ts";
import type { CredentialInfo } from "#protocol/credential.ts";
import { CredentialStrip } from "./credential-strip.tsx";

const cluster: ClusterInfo = {
  name: "prod",
  path: "/clusters/x",
  server: "https://x",
  namespace: "default",
  user: "jane",
  current: true,
  login: true,
};
const program = {
  command: "kubelogin",
  path: "/usr/bin/kubelogin",
  args: ["get-token", "a b"],
  env: ["TENANT"],
};
const running: CredentialInfo = { state: "running", version: 2, since: 1, waiting: 1, lines: [], program };

let answer: CredentialInfo;
let sent: unknown[];
let signedIn: string[];

beforeEach(() => {
  sent = [];
  signedIn = [];
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    if (init.method === "POST") sent.push(JSON.parse(String(init.body)));
    return new Response(JSON.stringify(answer));
  });
});
afterEach(async () => {
  await cleanUp();
  vi.unstubAllGlobals();
});

async function draw(info: CredentialInfo, wanted = "") {
  answer = info;
  const { host } = await render(<CredentialStrip cluster={cluster} onSignedIn={() => signedIn.push("in")} />);
  if (wanted) await until(() => host.textContent?.includes(wanted) ?? false);
  return host;
}

const button = (host: HTMLElement, name: string) =>
  [...host.querySelectorAll("button")].find(({ textContent }) => textContent === name);

describe("CredentialStrip", () => {
  it("asks before the first run what would run, and names it in the permission", async () => {
    const host = await draw({ ...running, state: "asking", hash: "h1" }, "May Porthole run");
    expect(host.textContent).toContain("kubelogin get-token 'a b'");
    expect(host.textContent).toContain("/usr/bin/kubelogin");
    expect(host.textContent).toContain("TENANT");
    await click(button(host, "Allow and run"));
    expect(sent).toEqual([{ action: "allow", hash: "h1" }]);
  });

  it("shows the code and the link while the program waits, and cancels it", async () => {
    const lines = ["Open https://login.example/device", "and enter ABCD-1234", "javascript:alert(1)"];
    const host = await draw({ ...running, lines, until: Date.now() + 60_000 }, "ABCD-1234");
    expect([...host.querySelectorAll("a")].map(({ href, rel }) => [href, rel])).toEqual([
      ["https://login.example/device", "noopener noreferrer"],
    ]);
    await click(button(host, "Cancel"));
    expect(sent).toEqual([{ action: "cancel" }]);
  });

  it("says why a login failed, and tries again at a person's word", async () => {
    const host = await draw({ ...running, state: "failed", problem: "It said: expired" }, "It said: expired");
    await click(button(host, "Try again"));
    expect(sent).toEqual([{ action: "retry" }]);
  });

  it("says nothing of a run that has only begun, nor once there is nothing to do", async () => {
    const host = await draw(running);
    expect(host.textContent).toBe("");
    answer = { ...running, state: "idle", version: 3 };
    await until(() => signedIn.length > 0);
    expect(host.textContent).toBe("");
  });

  it("goes away when it is told so, and comes back with news", async () => {
    const host = await draw({ ...running, state: "asking", hash: "h1" }, "May Porthole run");
    await click(button(host, "Not now"));
    expect(host.textContent).toBe("");
    answer = { ...running, state: "failed", since: 2, problem: "denied" };
    await until(() => host.textContent?.includes("denied") ?? false);
  });
});
