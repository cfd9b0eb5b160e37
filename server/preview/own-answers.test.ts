import { describe, expect, it } from "vitest";
import { html } from "./own-answers.ts";

describe("what stands in a page of Porthole's own on a forward's origin", () => {
  it("is text, whatever it is", () => {
    expect(html`<p>${'<img src=x onerror="x">'}</p>`.text).toBe(
      "<p>&#60;img src=x onerror=&#34;x&#34;&#62;</p>",
    );
    expect(html`<p>${html`<b>${"&"}</b>`}</p>`.text).toBe("<p><b>&#38;</b></p>");
  });

  it("has marks for what would not be seen", () => {
    expect(html`<h1>${"pod invoice\u202egnp.exe"}</h1>`.text).toBe("<h1>pod invoice⟨U+202E⟩gnp.exe</h1>");
    expect(html`<h1>${"we\u200bb"}</h1>`.text).toBe("<h1>we⟨U+200B⟩b</h1>");
  });
});
