// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KEY_HEADER } from "#protocol/api.ts";
import {
  currentLogin,
  hasKey,
  onOtherLogin,
  signIn,
  signOut,
  takeLaunchToken,
  tokenOf,
} from "./login-api.ts";

const KEPT = "porthole.key";
/** What the server was asked, with the key that came along. */
let asked: [path: string, key: string | null][];
/** Keys that the server knows. */
let known: Set<string>;

beforeEach(() => {
  history.replaceState(null, "", "/");
  localStorage.clear();
  asked = [];
  known = new Set();
  vi.stubGlobal("fetch", async (path: string, { headers }: { headers: Headers }) => {
    const key = headers.get(KEY_HEADER);
    asked.push([path, key]);
    if (path === "/api/login") {
      known.add("key-of-the-server");
      return Response.json({ key: "key-of-the-server", version: "1" });
    }
    if (!known.has(key ?? "")) return Response.json({ message: "not signed in" }, { status: 401 });
    if (path !== "/api/logout") return Response.json({ version: "1" });
    known.delete(key ?? "");
    return new Response(null, { status: 204 });
  });
});
afterEach(async () => {
  // The key of a page is this module's.
  known.clear();
  await currentLogin();
  vi.unstubAllGlobals();
});

describe("the key", () => {
  it("is kept for this origin, goes with every request, and into no address", async () => {
    expect(await signIn("token")).toEqual({ version: "1" });
    expect(localStorage.getItem(KEPT)).toBe("key-of-the-server");
    expect(await currentLogin()).toEqual({ version: "1" });
    expect(asked).toEqual([
      ["/api/login", null],
      ["/api/session", "key-of-the-server"],
    ]);
    expect(document.cookie).toBe("");
  });

  it("is shown with another link, so that this browser stays who it is", async () => {
    await signIn("token");
    await signIn("another");
    expect(asked.at(-1)).toEqual(["/api/login", "key-of-the-server"]);
  });

  it("is dropped when the server does not know it, but not what another tab has put there since", async () => {
    localStorage.setItem(KEPT, "stale");
    expect(hasKey()).toBe(true);
    expect(await currentLogin()).toBeNull();
    expect(localStorage.getItem(KEPT)).toBeNull();

    localStorage.setItem(KEPT, "stale");
    const looking = currentLogin();
    localStorage.setItem(KEPT, "newer");
    expect(await looking).toBeNull();
    expect(localStorage.getItem(KEPT)).toBe("newer");
  });

  it("lasts as long as the page where nothing can be kept", async () => {
    const blocked = vi.spyOn(window, "localStorage", "get").mockImplementation(() => {
      throw new DOMException("blocked", "SecurityError");
    });
    await signIn("token");
    expect(await currentLogin()).toEqual({ version: "1" });
    blocked.mockRestore();
  });
});

describe("leaving", () => {
  const heard = () => {
    const words: (string | null)[] = [];
    return { words, stop: onOtherLogin((left) => words.push(left)) };
  };
  const fromAnotherTab = (newValue: string | null) =>
    dispatchEvent(new StorageEvent("storage", { key: KEPT, newValue, storageArea: localStorage }));

  it("ends the sign-in and says so", async () => {
    const { words, stop } = heard();
    await signIn("token");
    await signOut();
    stop();
    expect(words).toEqual(["You signed out."]);
    expect([hasKey(), known.size]).toEqual([false, 0]);
    expect(await currentLogin()).toBeNull();
    expect(asked.at(-1)).toEqual(["/api/session", null]);
  });

  it("is not believed of a server that did not hear it", async () => {
    await signIn("token");
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    await expect(signOut()).rejects.toThrow("does not answer");
    expect(hasKey()).toBe(true);
    vi.stubGlobal("fetch", async () => Response.json({}, { status: 401 }));
  });

  it("in another tab is told apart from a key that came or went", async () => {
    const { words, stop } = heard();
    fromAnotherTab("");
    fromAnotherTab(null);
    fromAnotherTab("a-new-key");
    dispatchEvent(new StorageEvent("storage", { key: "porthole.layout", newValue: "" }));
    stop();
    fromAnotherTab("");
    expect(words).toEqual(["You signed out in another tab.", null, null]);
  });
});

describe("takeLaunchToken", () => {
  it("takes the token out of the address and leaves the rest", () => {
    history.replaceState(null, "", "/?cluster=demo#t=abc-123_X");
    expect(takeLaunchToken()).toBe("abc-123_X");
    expect(location.hash).toBe("");
    expect(location.search).toBe("?cluster=demo");
  });

  it("leaves an address without a token alone", () => {
    history.replaceState(null, "", "/#other");
    expect(takeLaunchToken()).toBeNull();
    expect(location.hash).toBe("#other");
  });
});

describe("tokenOf", () => {
  it("takes the token alone, the link, or the whole line that was printed", () => {
    const link = "http://127.0.0.1:7654/#t=abc-123";
    expect([" abc-123 ", link, `Porthole is ready at ${link}\n`].map(tokenOf)).toEqual([
      "abc-123",
      "abc-123",
      "abc-123",
    ]);
  });
});
