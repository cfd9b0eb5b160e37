/** A pod's page in the browser, on an origin of its own. */
import { expect, test } from "./fixtures";

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

test("a preview talks WebSocket and server-sent events", async ({ workbench }) => {
  const preview = await workbench.openPort("web", 8080);
  const echoed = await preview.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/ws`);
        socket.onopen = () => socket.send("through the tunnel");
        socket.onmessage = ({ data }) => resolve(String(data));
        socket.onerror = () => reject(new Error("the WebSocket failed"));
      }),
  );
  expect(echoed).toContain("through the tunnel");
  const events = await preview.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const source = new EventSource("/events");
        let seen = 0;
        const count = () => {
          seen += 1;
          if (seen === 2) resolve(seen);
        };
        source.onmessage = count;
        source.onerror = () => reject(new Error("the event stream failed"));
      }),
  );
  expect(events).toBe(2);
});

test("a preview can neither read the app's cookies nor call its API", async ({
  workbench,
  page,
  porthole,
}) => {
  const preview = await workbench.openPort("web", 8080);
  const appCookies = await page.context().cookies(porthole.origin);
  const previewCookies = await page.context().cookies(preview.url());
  expect(appCookies.length).toBeGreaterThan(0);
  for (const { name } of previewCookies) expect(appCookies.map((cookie) => cookie.name)).not.toContain(name);
  expect(await preview.evaluate(() => document.cookie)).toBe("");

  const outcome = await preview.evaluate(async (app) => {
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
      change: await attempt("/api/sessions", { method: "POST", body: "{}" }),
      socket: await openSocket(),
      opener: String(window.opener),
    };
  }, porthole.origin);
  expect(outcome).toEqual({ read: "blocked", change: "blocked", socket: "blocked", opener: "null" });
});

test("the pod never sees how the browser signed in", async ({ workbench, page }) => {
  const preview = await workbench.openPort("web", 8080);
  const [own] = await page.context().cookies(preview.url());
  expect(own?.httpOnly).toBe(true);
  const headers = await preview.evaluate(async () => (await fetch("/headers")).text());
  expect(headers).not.toContain(own?.value ?? "no cookie");
  // The one-time code was in the fragment, and is gone from the address.
  expect(new URL(preview.url()).hash).toBe("");
});

test("a forward stays on its card until it is stopped; then its address serves nothing", async ({
  workbench,
}) => {
  const preview = await workbench.openPort("web", 8080);
  await expect(workbench.forwards.card("web:8080")).toBeVisible();
  await workbench.forwards.stop("web:8080");
  await expect(workbench.forwards.card("web:8080")).toHaveCount(0);
  const response = await preview.goto(preview.url());
  expect(response?.status()).toBeGreaterThanOrEqual(400);
});
