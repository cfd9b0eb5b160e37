// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { cleanUp, render } from "#components/ui/render.fixture.ts";
import { readLogLine } from "./log-line.ts";
import { LogRow, type RowMatches } from "./log-row.tsx";

afterEach(cleanUp);

const TIME = "2026-11-20T10:00:00.000000000Z";

/** What is seen: of each mark its own text, which the page's sheet draws. */
function seen(node: Node): string {
  if (!(node instanceof HTMLElement)) return node.textContent ?? "";
  return node.dataset.hidden ?? [...node.childNodes].map(seen).join("");
}

async function row(raw: string, shown = 1_000, matches: RowMatches | null = null) {
  const line = { id: 0, ...readLogLine({ text: `${TIME} ${raw}`, missing: 0, whole: true }) };
  const { host } = await render(
    <LogRow line={line} times={false} shown={shown} matches={matches} onMore={() => {}} />,
  );
  return host.querySelector("bdi") as HTMLElement;
}

describe("LogRow", () => {
  const found = { starts: [4], length: 3, current: 4 };
  it.each([
    ["plain", "user\u202enimda", 1_000, null],
    ["in colour", "\x1b[31muser\u202e\x1b[0mnimda", 1_000, null],
    ["in the title of a link", "user\u202e\x1b]8;;https://x.example\x07nimda\x1b]8;;\x07", 1_000, null],
    ["found by a search", "user\u202enimda", 1_000, found],
    ["found in colour", "\x1b[31muser\x1b[1m\u202eni\x1b[0mmda", 1_000, found],
    ["written over", "50%\ruser\u202enimda", 1_000, null],
    ["at the end of what is shown", "user\u202enimda", 10, null],
  ])("marks what turns text around, and keeps it to be copied: %s", async (_how, raw, shown, matches) => {
    const text = await row(raw, shown, matches);
    expect(seen(text)).toBe("user⟨U+202E⟩nimda");
    expect(text.textContent).toBe("user\u202enimda");
    // Alone in its element, which keeps to itself.
    expect(text.querySelector("[data-hidden]")?.outerHTML).toBe('<bdi data-hidden="⟨U+202E⟩">\u202e</bdi>');
  });
});
