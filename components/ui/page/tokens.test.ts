import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../../../app/globals.css", import.meta.url), "utf8");
/** WCAG 2.2, 1.4.3: text of normal size. */
const MIN_CONTRAST = 4.5;

const SURFACES = ["bg", "panel", "raise", "hover", "term"];
const PAIRS: [text: string, surfaces: string[]][] = [
  ...["text", "dim", "faint", "accent", "warn", "bad", "link", "green", "magenta"].map(
    (text): [string, string[]] => [text, SURFACES],
  ),
  ["accent", ["accent-bg"]],
  ["warn", ["warn-bg"]],
  ["bad", ["bad-bg"]],
  ["text", ["accent-bg"]],
  ["on-accent", ["accent"]],
  ["on-bad", ["bad"]],
];

/** The tokens of the last block with this selector. */
function tokens(selector: string): Map<string, string> {
  const start = css.lastIndexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("}", start));
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name!, value!]),
  );
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['[data-theme="light"]', '[data-theme="dark"]'])("%s", (selector) => {
  const known = tokens(selector);

  it.each(PAIRS.flatMap(([text, surfaces]) => surfaces.map((surface) => [text, surface] as const)))(
    "%s can be read on %s",
    (text, surface) => {
      expect(known.get(text), text).toBeDefined();
      expect(known.get(surface), surface).toBeDefined();
      expect(contrast(known.get(text)!, known.get(surface)!)).toBeGreaterThanOrEqual(MIN_CONTRAST);
    },
  );
});

it("is as dark for a browser that asks for it as for a person who does", () => {
  expect(tokens(":root:not([data-theme])")).toEqual(tokens('[data-theme="dark"]'));
});
