/** A login plugin in a real browser: the question, the code that it waits behind, a cancel, another try. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { PortholeProcess } from "./porthole-process.ts";

const CODE = "ABCD-1234";

/** A kubeconfig whose only user logs in by a program that waits for a person for ever. */
function writeKubeconfig(dir: string): string {
  const command = join(dir, "device-login");
  const says = `To sign in, open https://login.example/device and enter ${CODE}`;
  writeFileSync(command, `#!/bin/sh\necho '${says}' >&2\nexec sleep 600\n`);
  chmodSync(command, 0o755);
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command,
    args: ["get-token"],
    interactiveMode: "Never",
  };
  const file = join(dir, "config");
  writeFileSync(
    file,
    JSON.stringify({
      "current-context": "a",
      clusters: [{ name: "a", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "a", user: { exec } }],
      contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
    }),
  );
  return file;
}

test("a login asks before its first run, shows its code while it waits, and is cancelled", async ({
  page,
}) => {
  const dir = mkdtempSync(join(tmpdir(), "porthole-login-"));
  const porthole = await PortholeProcess.start(["--kubeconfig", writeKubeconfig(dir), "--state-dir", dir]);
  try {
    await page.goto(porthole.url);
    const login = page.getByRole("region", { name: "Login" });
    await expect(login).toContainText("May Porthole run a program to sign in to a?");
    await expect(login).toContainText("device-login get-token");

    await login.getByRole("button", { name: "Allow and run" }).click();
    await expect(login).toContainText(CODE);
    await expect(login.getByRole("link")).toHaveAttribute("href", "https://login.example/device");

    await login.getByRole("button", { name: "Cancel" }).click();
    await expect(login).toContainText("was cancelled");
    await login.getByRole("button", { name: "Try again" }).click();
    await expect(login).toContainText(CODE);

    // Allowed once, it is not asked about again.
    await page.reload();
    await expect(login).toContainText(CODE);
  } finally {
    await porthole.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
