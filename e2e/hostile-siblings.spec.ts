/** Two previews under one domain of a hosted Porthole, and a pod that uses the login of the other (threats.md A5, A8). */
import type { BrowserContext, Page } from "@playwright/test";
import { CHROMIUM_ARGS, systemChromium } from "../scripts/chromium.mjs";
import { test as base, expect } from "./fixtures.ts";
import { HostedPorthole, NAMES_ON_LOOPBACK } from "./hosted-porthole.ts";
import { page as html, PodProgram, script } from "./pod-program.ts";
import { AT_WILL, attackFromPage } from "./sibling-attacks.ts";

const START_TIMEOUT_MS = 240_000;
const ATTACK_TIMEOUT_MS = 120_000;

interface Preview {
  pod: PodProgram;
  origin: string;
  link(): Promise<string>;
}

const test = base.extend<{ attacker: Preview; victim: Preview }, { hosted: HostedPorthole }>({
  hosted: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needed fixtures from this pattern
    async ({}, use) => {
      const hosted = await HostedPorthole.start();
      await use(hosted);
      await hosted.stop();
    },
    { scope: "worker", timeout: START_TIMEOUT_MS },
  ],
  attacker: async ({ hosted }, use) => {
    const pod = await PodProgram.start({
      "/": html("<title>attacker</title>"),
      "/wide": (_request, response) => {
        response.setHeader("set-cookie", ["wide=1; Domain=example.net; Path=/; Secure", "own=1; Path=/"]);
        response.end();
      },
    });
    await use({ pod, ...(await pod.forward(hosted)) });
    await pod.stop();
  },
  victim: async ({ hosted }, use) => {
    const pod = await PodProgram.start({
      "/": html("<title>victim</title>"),
      "/through.js": script("self.onfetch = (event) => event.respondWith(fetch(event.request));"),
      "/data.js": script('globalThis.stolen = "data of the victim";'),
    });
    await use({ pod, ...(await pod.forward(hosted)) });
    await pod.stop();
  },
});
test.use({
  launchOptions: { executablePath: systemChromium(), args: [...CHROMIUM_ARGS, ...NAMES_ON_LOOPBACK] },
});

async function enter(context: BrowserContext, preview: Preview): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(await preview.link());
  await tab.waitForURL(`${preview.origin}/`);
  return tab;
}

const arrived = ({ pod }: Preview) =>
  new Set(pod.requests.flatMap((line) => /\/delete\?via=([\w-]+)/.exec(line)?.[1] ?? []));

test("a page of another preview makes nothing arrive, and the preview's own page everything", async ({
  context,
  attacker,
  victim,
}) => {
  test.setTimeout(ATTACK_TIMEOUT_MS);
  const own = await enter(context, victim);
  const page = await enter(context, attacker);
  const tried = await page.evaluate(attackFromPage, victim.origin);
  expect(tried.length).toBeGreaterThan(35);
  expect([...arrived(victim)]).toEqual([]);
  // The same by the pod's own page: each attempt is one that works.
  await own.evaluate(attackFromPage, victim.origin);
  const missing = tried.filter((name) => !arrived(victim).has(name) && !AT_WILL.includes(name));
  expect(missing).toEqual([]);
});

test("a page of another preview makes nothing arrive by a preview's worker, which fetches for its own pages", async ({
  context,
  attacker,
  victim,
}) => {
  test.setTimeout(ATTACK_TIMEOUT_MS);
  const own = await enter(context, victim);
  await own.evaluate(async () => {
    await navigator.serviceWorker.register("/through.js");
    await navigator.serviceWorker.ready;
  });
  // Through the worker, which is at work.
  await own.goto(`${victim.origin}/own`);
  expect(await own.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await expect(own).toHaveTitle("/own");
  const page = await enter(context, attacker);
  await page.evaluate(attackFromPage, victim.origin);
  expect([...arrived(victim)]).toEqual([]);
});

test("a page of another preview reads no script of it", async ({ context, attacker, victim }) => {
  await enter(context, victim);
  const page = await enter(context, attacker);
  const read = await page.evaluate(async (src) => {
    const outcome = await new Promise((resolve) => {
      const script = Object.assign(document.createElement("script"), { src });
      script.onload = () => resolve("ran");
      script.onerror = () => resolve("refused");
      document.body.append(script);
    });
    return [outcome, Reflect.get(globalThis, "stolen")];
  }, `${victim.origin}/data.js`);
  expect(read).toEqual(["refused", undefined]);
  expect(victim.pod.requests).not.toContain("GET /data.js");
});

test("a person comes by a link from anywhere, and by the return of a sign-on", async ({
  context,
  attacker,
  victim,
  hosted,
}) => {
  await enter(context, victim);
  for (const from of [`${attacker.origin}/`, `${hosted.origin}/healthz`]) {
    const page = await context.newPage();
    await page.goto(from);
    await page.evaluate((url) => location.assign(url), `${victim.origin}/callback?code=1`);
    await expect(page).toHaveTitle("/callback");
    await page.close();
  }
});

test("a pod's cookies for the whole domain are its own, and its page's reach no login of the app", async ({
  context,
  page,
  attacker,
  hosted,
}) => {
  await page.goto(hosted.url);
  await expect(page.getByRole("grid", { name: "Pods" })).toBeVisible();
  const login = await context.cookies(hosted.origin);
  const hostile = await enter(context, attacker);
  await hostile.goto(`${attacker.origin}/wide`);
  const { hostname } = new URL(attacker.origin);
  const set = await context.cookies(attacker.origin);
  expect(set.filter(({ name }) => name === "wide").map(({ domain }) => domain)).toEqual([hostname]);
  await hostile.evaluate(() => {
    const domains = ["example.com", "porthole.example.com", "example.net"];
    for (const domain of domains.flatMap((one) => Array<string>(200).fill(one))) {
      const name = `junk${Math.random()}`;
      // biome-ignore lint/suspicious/noDocumentCookie: this is how a page does it
      document.cookie = `${name}=1; domain=${domain}; path=/; max-age=31536000; secure`;
    }
  });
  expect(await context.cookies(hosted.origin)).toEqual(login);
  await page.reload();
  await expect(page.getByRole("grid", { name: "Pods" })).toBeVisible();
});

test("cookies that fill every request are cleared by one click, on the preview they came to", async ({
  context,
  page,
  attacker,
  victim,
  hosted,
}) => {
  const own = await enter(context, victim);
  const hostile = await enter(context, attacker);
  await hostile.evaluate(() => {
    for (let index = 0; index < 8; index += 1)
      // biome-ignore lint/suspicious/noDocumentCookie: this is how a page does it
      document.cookie = `junk${index}=${"x".repeat(3_900)}; domain=example.net; path=/; max-age=31536000; secure`;
  });
  const answer = await own.goto(victim.origin);
  expect(answer?.status()).toBe(431);
  await own.getByRole("button", { name: "Clear the cookies" }).click();
  await expect(own).toHaveTitle("The cookies are cleared");
  await own.goto(await victim.link());
  await expect(own).toHaveTitle("victim");
  // The app's host was reached by none of it.
  expect((await page.goto(`${hosted.origin}/`))?.status()).toBe(200);
});
