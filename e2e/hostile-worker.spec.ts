/** A pod's service worker, and a pod's pages, that want the code of the next sign-in (threats.md A38). */
import type { Page } from "@playwright/test";
import { test as base, expect } from "./fixtures.ts";
import { page as html, PodProgram, script } from "./pod-program.ts";

/** Tells whatever it sees, by every way there is, to its pages. */
const EYES = `
const seen = [];
const note = (how, what) => { const line = how + " " + what; if (!seen.includes(line)) seen.push(line); };
const look = async () => {
  for (;;) {
    for (const client of await self.clients.matchAll({ includeUncontrolled: true, type: "all" }))
      note("client", client.url);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};
self.oninstall = () => self.skipWaiting();
self.onactivate = (event) => event.waitUntil(self.clients.claim());
self.onmessage = (event) => { void look(); event.ports[0].postMessage(seen); };
const spy = (event) => {
  note("fetch", event.request.url);
  if (new URL(event.request.url).pathname.startsWith("/.porthole"))
    event.respondWith(new Response("<title>stolen</title>", { headers: { "content-type": "text/html" } }));
};
`;

/** Each begins before its first line is reached, where it can. */
const HOSTILE: Record<string, string> = {
  "a listener": `${EYES} self.addEventListener("fetch", spy);`,
  "a listener that captures": `${EYES} self.addEventListener("fetch", spy, { capture: true });`,
  "a handler": `${EYES} self.onfetch = spy;`,
  "a strict script": `/* licence */ "use strict"; ${EYES} self.addEventListener("fetch", spy, true);`,
  "methods of its own": `${EYES}
    const { apply } = Reflect;
    const getter = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name).get;
    const [request, url] = [getter(FetchEvent, "request"), getter(Request, "url")];
    const steal = (event) => {
      const address = apply(url, apply(request, event, []), []);
      note("fetch", address);
      if (address.includes("/.porthole"))
        event.respondWith(new Response("<title>stolen</title>", { headers: { "content-type": "text/html" } }));
    };
    Event.prototype.stopImmediatePropagation = Event.prototype.stopPropagation = () => note("called", "stop");
    Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => note("called", "call");
    String.prototype.startsWith = () => false;
    Reflect.apply = () => false;
    for (const name of ["url", "mode", "destination"])
      Object.defineProperty(Request.prototype, name, { get: () => "elsewhere" });
    Object.defineProperty(FetchEvent.prototype, "request", { get: () => new Request("/elsewhere") });
    self.addEventListener("fetch", steal, true);`,
  "a listener taken back": `${EYES}
    for (const type of ["fetch"]) for (const capture of [true, false]) {
      self.removeEventListener(type, null, capture); self.removeEventListener(type, spy, capture);
    }
    self.addEventListener("fetch", spy, true);`,
  "a static route": `${EYES}
    self.addEventListener("install", (event) => {
      event.waitUntil(caches.open("x").then(async (cache) => {
        await cache.put(new URL("/.porthole/enter", location), new Response("<title>stolen</title>", { headers: { "content-type": "text/html" } }));
        const route = { condition: { urlPattern: { pathname: "/.porthole/*" } }, source: { cacheName: "x" } };
        const add = event.addRoutes ?? InstallEvent.prototype.addRoutes ?? event.registerRouter;
        note("routes", typeof add);
        await add?.call(event, [route]);
      }));
    });
    self.addEventListener("fetch", spy, true);`,
  "a cached page": `${EYES}
    self.addEventListener("install", (event) => event.waitUntil(caches.open("x").then((cache) =>
      cache.put("/.porthole/enter", new Response("<title>stolen</title>", { headers: { "content-type": "text/html" } })))));
    self.addEventListener("fetch", (event) => event.respondWith(caches.match(event.request, { ignoreSearch: true }).then((hit) => hit ?? fetch(event.request))));`,
  "navigation preload": `${EYES}
    self.addEventListener("activate", (event) => event.waitUntil(self.registration.navigationPreload.enable()));
    self.addEventListener("fetch", (event) => { spy(event); event.waitUntil(Promise.resolve(event.preloadResponse).then((answer) => answer && note("preload", answer.url))); }, true);`,
};

/** What a browser must not run at all. */
const REFUSED: Record<string, string> = {
  "an Event of its own": `${EYES} function Event() {} Event.prototype.stopImmediatePropagation = () => {}; self.addEventListener("fetch", spy, true);`,
  "a FetchEvent of its own": `${EYES} function FetchEvent() {} self.addEventListener("fetch", spy, true);`,
  "a Request of its own": `${EYES} function Request() {} self.addEventListener("fetch", spy, true);`,
  "an InstallEvent of its own": `${EYES} function InstallEvent() {} self.addEventListener("fetch", spy, true);`,
};
/** Declared before the first line runs, but nothing asks for these. */
const DECLARED = `${EYES}
function addEventListener() {} function Object() { return {} } function EventTarget() {} function Function() {}
function Reflect() {} function String() {}
const add = globalThis.__proto__.addEventListener;
add.apply(globalThis, ["fetch", spy, true]);`;

interface Worlds {
  pod: PodProgram;
  answers: Record<string, Parameters<typeof html>[0]>;
}

const test = base.extend<Worlds>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needed fixtures from this pattern
  answers: async ({}, use) => use({}),
  pod: async ({ answers }, use) => {
    const routes = { "/": html("<title>pod</title><h1>pod</h1>") };
    const pod = await PodProgram.start(
      new Proxy(routes, {
        get: (_all, path: string) =>
          path in answers ? script(answers[path] ?? "") : Reflect.get(routes, path),
      }),
    );
    await use(pod);
    await pod.stop();
  },
});

/** "registered", or why not. */
function register(page: Page, url: string, options: RegistrationOptions = {}): Promise<string> {
  return page.evaluate(
    async ([url, options]) => {
      try {
        await navigator.serviceWorker.register(url, options);
        await navigator.serviceWorker.ready;
        return "registered";
      } catch (error) {
        return String(error);
      }
    },
    [url, options] as const,
  );
}

/** What the worker saw so far; it looks at its clients from the first question on. */
function seenBy(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    const channel = new MessageChannel();
    const answer = new Promise<string[]>((resolve) => {
      channel.port1.onmessage = (event) => resolve(event.data);
    });
    active?.postMessage("", [channel.port2]);
    return answer;
  });
}

/** A sign-in while the worker looks on, from another site as it comes from the app. */
async function enterAgain(page: Page, porthole: { origin: string }, link: string): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto(`${porthole.origin}/healthz`);
  await tab.evaluate((url) => location.assign(url), link);
  await tab.waitForURL((url) => url.pathname === "/");
  return tab;
}

for (const [name, source] of [...Object.entries(HOSTILE), ["declared functions", DECLARED] as const]) {
  test(`a worker with ${name} neither sees the code of a sign-in nor answers for Porthole`, async ({
    page,
    porthole,
    pod,
    answers,
  }) => {
    answers["/sw.js"] = source;
    const forward = await pod.forward(porthole);
    await page.goto(await forward.link());
    await expect(page).toHaveTitle("pod");
    expect(await register(page, "/sw.js")).toBe("registered");
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await seenBy(page);
    const link = await forward.link();
    const code = new URLSearchParams(new URL(link).hash.slice(1)).get("code") ?? "no code";
    const tab = await enterAgain(page, porthole, link);
    await expect(tab).not.toHaveTitle("stolen");
    const seen = (await seenBy(page)).join("\n");
    expect(seen).not.toContain(code);
    expect(seen).not.toMatch(/fetch .*\/\.porthole/);
    // The eyes are open: other pages they see.
    expect(seen).toContain(`client ${forward.origin}/`);
    // Nor is it in what the pod's page is told of where it came from.
    const told = await tab.evaluate(() =>
      JSON.stringify([
        document.referrer,
        navigation.entries().map(({ url }) => url),
        navigation.activation?.from?.url,
        performance.getEntries().map(({ name }) => name),
        history.state,
        window.name,
      ]),
    );
    expect(told).not.toContain(code);
    const asked = await page.evaluate(async () => (await fetch("/.porthole/nothing")).status);
    expect(asked).toBe(404);
  });
}

for (const [name, source] of Object.entries(REFUSED)) {
  test(`a worker with ${name} is not registered`, async ({ page, porthole, pod, answers }) => {
    answers["/sw.js"] = source;
    const forward = await pod.forward(porthole);
    await page.goto(await forward.link());
    expect(await register(page, "/sw.js")).toMatch(/TypeError: Failed to register/);
  });
}

test("a worker of type module is not registered, whatever it imports", async ({
  page,
  porthole,
  pod,
  answers,
}) => {
  answers["/early.js"] =
    'self.addEventListener("fetch", (event) => event.respondWith(new Response("stolen")), true);';
  answers["/sw.js"] = 'import "/early.js";';
  const forward = await pod.forward(porthole);
  await page.goto(await forward.link());
  const said: string[] = [];
  page.context().on("weberror", (error) => said.push(error.error().message));
  expect(await register(page, "/sw.js", { type: "module" })).toMatch(/TypeError: Failed to register/);
});

test("no cache has a worker's script without its guard", async ({ page, porthole, pod, answers }) => {
  answers["/sw.js"] = `${EYES} self.addEventListener("fetch", spy, true); // ${"first".padEnd(10)}`;
  const forward = await pod.forward(porthole);
  await page.goto(await forward.link());
  // An ordinary request fills the browser's cache, for a day.
  const plain = () =>
    page.evaluate(async (how) => (await fetch("/sw.js", { cache: how })).text(), "reload" as RequestCache);
  expect(await plain()).toContain("first");
  expect(await register(page, "/sw.js", { updateViaCache: "all" })).toBe("registered");
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  answers["/sw.js"] = `${EYES} self.addEventListener("fetch", spy, true); // second`;
  expect(await plain()).toContain("second");
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    await new Promise((resolve) => setTimeout(resolve, 500));
  });
  await seenBy(page);
  const link = await forward.link();
  const tab = await enterAgain(page, porthole, link);
  await expect(tab).toHaveTitle("pod");
  expect((await seenBy(page)).join("\n")).not.toMatch(/fetch .*\/\.porthole/);
});

test("a page of the pod that holds the window of a sign-in reads no address there", async ({
  page,
  porthole,
  pod,
}) => {
  const forward = await pod.forward(porthole);
  await page.goto(await forward.link());
  const link = await forward.link();
  const [tab, read] = await Promise.all([
    page.context().waitForEvent("page"),
    page.evaluate(async (link) => {
      const opened = window.open(link);
      const read = new Set<string>();
      for (let round = 0; round < 400; round += 1) {
        try {
          if (opened) read.add(opened.location.href);
        } catch {
          // Another origin.
        }
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      return [...read];
    }, link),
  ]);
  await expect(tab).toHaveTitle("pod");
  expect(read.filter((url) => url.includes("code="))).toEqual([]);
});

test("a program that keeps its pages in a worker works on, also without its pod, and for who comes by a link", async ({
  page,
  porthole,
  pod,
  answers,
}) => {
  answers["/sw.js"] = `
    self.addEventListener("install", (event) => event.waitUntil(caches.open("v1").then((cache) => cache.addAll(["/", "/app.js"]))));
    self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
    self.addEventListener("fetch", (event) => event.respondWith(
      caches.match(event.request).then((hit) => hit ?? fetch(event.request))));`;
  answers["/app.js"] = "export {};";
  const forward = await pod.forward(porthole);
  await page.goto(await forward.link());
  expect(await register(page, "/sw.js")).toBe("registered");
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  // Through the worker, and to the pod.
  expect(await page.evaluate(async () => (await fetch("/api", { method: "POST", body: "x" })).status)).toBe(
    200,
  );
  await page.goto(`${porthole.origin}/healthz`);
  await page.evaluate((url) => location.assign(url), `${forward.origin}/from-a-chat`);
  await expect(page).toHaveTitle("/from-a-chat");
  await pod.stop();
  await page.goto(`${forward.origin}/`);
  await expect(page).toHaveTitle("pod");
  expect(await page.evaluate(async () => (await fetch("/app.js")).text())).toBe("export {};");
});
