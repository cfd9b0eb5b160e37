/** A pod's page in the browser, on an origin of its own. */
import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "./fixtures.ts";

const UPLOAD_BYTES = 5_000_000;
const CARD = "web : 8080";

test("a preview shows the pod's page with its stylesheet, script and image", async ({ workbench }) => {
  const preview = await workbench.openPort("web", 8080);
  await expect(preview.getByRole("heading", { level: 1 })).toBeVisible();
  const sheets = await preview.evaluate(() =>
    [...document.styleSheets].filter(({ href }) => href).map(({ cssRules }) => cssRules.length),
  );
  expect(sheets.length).toBeGreaterThan(0);
  expect(Math.min(...sheets)).toBeGreaterThan(0);
  const images = await preview.evaluate(() => [...document.images].map(({ naturalWidth }) => naturalWidth));
  expect(images.length).toBeGreaterThan(0);
  expect(Math.min(...images)).toBeGreaterThan(0);
});

test("a preview's script talks WebSocket and server-sent events with the pod", async ({ workbench }) => {
  const preview = await workbench.openPort("web", 8080);
  const tick = preview.locator("#tick");
  await expect(tick).toHaveText(/^event \d+ at/);
  const first = await tick.textContent();
  await expect(tick).not.toHaveText(first ?? "");

  await expect(preview.locator("#socket")).toHaveText("open");
  await preview.getByLabel("Message").fill("through the tunnel");
  await preview.getByRole("button", { name: "Send" }).click();
  await expect(preview.getByRole("listitem").filter({ hasText: "through the tunnel" })).toBeVisible();
});

test("a file that is uploaded in a preview reaches the pod whole", async ({ workbench }) => {
  const preview = await workbench.openPort("web", 8080);
  const buffer = randomBytes(UPLOAD_BYTES);
  await preview
    .getByLabel("File")
    .setInputFiles({ name: "upload.bin", mimeType: "application/octet-stream", buffer });
  const sha256 = createHash("sha256").update(buffer).digest("hex");
  await expect(preview.locator("#uploaded")).toHaveText(`${UPLOAD_BYTES} bytes, sha256 ${sha256}`);
});

test("a preview can neither read what signs the app in nor call its API", async ({
  workbench,
  page,
  porthole,
}) => {
  const preview = await workbench.openPort("web", 8080);
  expect(await page.context().cookies(porthole.origin)).toEqual([]);
  expect(await page.evaluate(() => localStorage.getItem("porthole.key"))).toMatch(/^[\w-]{43}$/);
  expect(await preview.evaluate(() => [document.cookie, localStorage.length])).toEqual(["", 0]);

  const session = { cluster: "demo", namespace: "default", pod: "shell", container: "main" };
  const outcome = await preview.evaluate(
    async ({ app, session }) => {
      const attempt = async (path: string, init: RequestInit): Promise<string> => {
        try {
          const response = await fetch(`${app}${path}`, { credentials: "include", ...init });
          return `read ${response.status}`;
        } catch {
          return "blocked";
        }
      };
      const openSocket = () =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`${app.replace(/^http/, "ws")}/api/sessions/x/stream`, [
            "v5.channel.k8s.io",
          ]);
          socket.onopen = () => resolve("open");
          socket.onerror = () => resolve("blocked");
        });
      return {
        read: await attempt("/api/sessions", {}),
        change: await attempt("/api/sessions", { method: "POST", body: JSON.stringify(session) }),
        socket: await openSocket(),
        opener: String(window.opener),
      };
    },
    { app: porthole.origin, session },
  );
  expect(outcome).toEqual({ read: "blocked", change: "blocked", socket: "blocked", opener: "null" });
  // Blocked is what the script sees; the server must not have acted either.
  const { sessions } = await porthole.api<{ sessions: unknown[] }>("GET", "/api/sessions");
  expect(sessions).toEqual([]);
});

test("the pod never sees how the browser signed in", async ({ workbench, page }) => {
  const preview = await workbench.openPort("web", 8080);
  const [own] = await page.context().cookies(preview.url());
  expect(own?.httpOnly).toBe(true);
  const seen = await preview.evaluate(async () => (await fetch("/echo")).text());
  expect(JSON.parse(seen)).toMatchObject({ method: "GET", url: "/echo" });
  expect(seen).not.toContain(own?.value ?? "no cookie");
  // The one-time code was in the fragment, and is gone from the address.
  expect(new URL(preview.url()).hash).toBe("");
});

test("a forward stays on its card until it is stopped; then its address serves nothing", async ({
  workbench,
}) => {
  const preview = await workbench.openPort("web", 8080);
  await expect(workbench.forwards.card(CARD)).toBeVisible();
  await workbench.forwards.stop(CARD);
  await expect(workbench.forwards.card(CARD)).toHaveCount(0);
  const response = await preview.goto(preview.url());
  expect(response?.status()).toBeGreaterThanOrEqual(400);
});

test("a port on which nothing listens is explained, and the other forwards go on", async ({
  workbench,
  page,
  porthole,
}) => {
  const preview = await workbench.openPort("web", 8080);
  const body = { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: 9 };
  const { id } = await porthole.api<{ id: string }>("POST", "/api/forwards", body);
  const link = await porthole.api<{ url: string }>("POST", `/api/forwards/${id}/open`, {});
  const broken = await page.context().newPage();
  await broken.goto(link.url);
  await expect(broken.getByText(/nothing (listens|is listening)/i).first()).toBeVisible();
  await expect(broken.getByText(/\b9\b/).first()).toBeVisible();

  await preview.reload();
  await expect(preview.locator("#tick")).toHaveText(/^event \d+ at/);
});
