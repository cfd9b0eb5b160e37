// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { openWindow, safeLink } from "./open-port.ts";

afterEach(() => vi.restoreAllMocks());

/** Stands for the window that the browser would open: happy-dom has no second one to look into. */
function fakeWindow() {
  const visited: string[] = [];
  return {
    visited,
    opener: window as unknown,
    closed: false,
    document: document.implementation.createHTMLDocument(),
    location: { replace: (url: string) => visited.push(url) },
    close() {
      this.closed = true;
    },
  };
}

describe("openWindow", () => {
  it("opens within the click, gives the page no handle on ours, and goes to the link when it is known", async () => {
    const opened = fakeWindow();
    const open = vi.spyOn(window, "open").mockReturnValue(opened as unknown as Window);
    let resolve = (_url: string) => {};
    const done = openWindow("web : 8080", () => new Promise((give) => (resolve = give)));
    expect(open).toHaveBeenCalledWith("about:blank", "_blank");
    expect(opened.opener).toBeNull();
    expect(opened.document.body.textContent).toBe("Opening web : 8080");
    expect(opened.visited).toEqual([]);
    resolve("http://p-1.localhost:7654/#c=code");
    await done;
    expect(opened.visited).toEqual(["http://p-1.localhost:7654/#c=code"]);
  });

  it("closes the window again when there is no link", async () => {
    const opened = fakeWindow();
    vi.spyOn(window, "open").mockReturnValue(opened as unknown as Window);
    await openWindow("web : 8080", () => Promise.reject(new Error("There is no such forward.")));
    expect(opened.closed).toBe(true);
    expect(opened.visited).toEqual([]);
  });

  it("never goes to an address that is no web page", async () => {
    const opened = fakeWindow();
    vi.spyOn(window, "open").mockReturnValue(opened as unknown as Window);
    await openWindow("web : 8080", () => Promise.resolve("javascript:alert(1)"));
    expect(opened.visited).toEqual([]);
    expect(opened.closed).toBe(true);
  });
});

describe("safeLink", () => {
  it("lets http and https pass, nothing else", () => {
    expect(safeLink("https://p-1.preview.example/x")).toBe("https://p-1.preview.example/x");
    for (const bad of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "/relative", ""]) {
      expect(() => safeLink(bad), bad).toThrow();
    }
  });
});
