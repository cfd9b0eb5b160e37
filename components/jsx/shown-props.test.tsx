// @vitest-environment happy-dom
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";

function render(content: ReactNode): { host: HTMLElement } {
  const host = document.createElement("div");
  host.innerHTML = renderToStaticMarkup(content);
  return { host };
}

const OVERRIDE = "invoice\u202egnp.exe";

/** What is seen: of each mark its own text, which the page's sheet puts there. */
function seen(element: Element): string {
  return [...element.childNodes]
    .map((node) => {
      if (!(node instanceof HTMLElement)) return node.textContent ?? "";
      return node.dataset.hidden ?? seen(node);
    })
    .join("");
}

describe("text of the page", () => {
  it("has marks for what would not be seen, and the original to be copied", () => {
    const { host } = render(<p>{OVERRIDE}</p>);
    expect(seen(host)).toBe("invoice⟨U+202E⟩gnp.exe");
    expect(host.textContent).toBe(OVERRIDE);
    // Alone in an element that keeps to itself: what stands behind it is not turned around.
    expect(host.querySelector("bdi")?.textContent).toBe("\u202e");
  });

  it("has them between other parts, in lists and in what is nested", () => {
    const { host } = render(
      <ul title={OVERRIDE} aria-label={`Pod ${OVERRIDE}`}>
        <li>
          Pod {"a\u200bb"} of {["x", "\u2067y"]} has {3} <b>{"\u0007"}</b>
        </li>
      </ul>,
    );
    expect(seen(host)).toBe("Pod a⟨U+200B⟩b of x⟨U+2067⟩y has 3 ⟨U+0007⟩");
    const list = host.querySelector("ul");
    expect(list?.title).toBe("invoice⟨U+202E⟩gnp.exe");
    expect(list?.getAttribute("aria-label")).toBe("Pod invoice⟨U+202E⟩gnp.exe");
  });

  it("keeps a name that is written from the right to itself", () => {
    const { host } = render(
      <p>
        {"خدمة"} / {"web"}
      </p>,
    );
    expect([...host.querySelectorAll("bdi")].map((element) => element.textContent)).toEqual(["خدمة"]);
    expect(host.textContent).toBe("خدمة / web");
  });

  it("leaves alone what is typed, and components' own properties", () => {
    function Given({ name }: { name: string }) {
      return <input defaultValue={name} data-same={String(name === OVERRIDE)} />;
    }
    const { host } = render(
      <>
        <textarea defaultValue={OVERRIDE} />
        <Given name={OVERRIDE} />
      </>,
    );
    expect(host.querySelector("textarea")?.value).toBe(OVERRIDE);
    expect(host.querySelector("input")?.value).toBe(OVERRIDE);
    expect(host.querySelector("input")?.dataset.same).toBe("true");
  });
});
