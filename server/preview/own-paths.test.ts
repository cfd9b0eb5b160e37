import { describe, expect, it } from "vitest";
import { previewsForTests } from "./previews-for-tests.fixture.ts";

describe("the page that takes the code (A38)", () => {
  const { serve } = previewsForTests();

  async function open() {
    const { preview } = await serve((_request, response) => response.end("from the pod"));
    const code = () => preview.auth.mintCode(preview.forward, preview.people.caller("owner-1"));
    const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      preview.ask("/.porthole/enter", {
        method: "POST",
        signedIn: false,
        headers: { "content-type": "application/x-www-form-urlencoded", origin: "null", ...headers },
        body: new URLSearchParams(fields).toString(),
      });
    return { preview, code, post };
  }

  it("has an origin of its own, and a form that goes to the forward alone", async () => {
    const { preview } = await open();
    const page = await preview.ask("/.porthole/enter", { signedIn: false });
    const policy = page.headers["content-security-policy"] ?? "";
    expect(policy).toContain("sandbox allow-scripts allow-forms;");
    expect(policy).toContain(`form-action ${preview.origin};`);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it("gives the cookie, and a page that goes on from the forward's own origin", async () => {
    const { code, post } = await open();
    const given = { code: code(), path: "/a?b=<c>&d#e" };
    const entered = await post(given);
    expect(entered.status).toBe(200);
    const [cookie = ""] = entered.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^porthole_preview=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(entered.headers["content-security-policy"]).not.toContain("sandbox");
    expect(entered.body).toContain('<a href="/a?b=&#60;c&#62;&#38;d#e">');
    expect(entered.body).not.toContain(given.code);
    const again = await post(given);
    expect([again.status, again.headers["set-cookie"]]).toEqual([401, undefined]);
    expect(again.body).toContain("used already");
  });

  it.each(["//evil.test/", "https://evil.test/", "javascript:alert(1)", "/\\evil.test", ""])(
    "never leads to %j",
    async (path) => {
      const { code, post } = await open();
      expect((await post({ code: code(), path })).body).toContain('<a href="/">');
    },
  );

  it("takes a code from no page that names another origin, and keeps it good", async () => {
    const { code, post } = await open();
    const good = code();
    expect((await post({ code: good }, { origin: "http://evil.test" })).status).toBe(403);
    expect((await post({ code: good })).status).toBe(200);
  });

  it.each(["code=", "", "code=a&code=b", `code=${"x".repeat(20_000)}`])(
    "takes %j for no code",
    async (body) => {
      const { preview } = await open();
      const headers = { "content-type": "application/x-www-form-urlencoded", origin: "null" };
      const options = { method: "POST", signedIn: false, headers, body };
      expect((await preview.ask("/.porthole/enter", options)).status).toBe(401);
    },
  );
});
