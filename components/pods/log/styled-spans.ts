/**
 * The colours of a line (ECMA-48 SGR) as spans in the page's own tokens: a container's words can choose among them and
 * nothing else, so a line can neither hide itself nor look like a part of the page.
 */
import { lastState, plainText } from "./log-line.ts";

export interface Span {
  text: string;
  /** A CSS variable of the theme. */
  colour?: string;
  background?: string;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
}

type Style = Omit<Span, "text">;

/** The eight colours of ECMA-48, as text that can be read on the page's backgrounds in both themes. */
const TOKENS = [
  "--faint",
  "--bad",
  "--green",
  "--warn",
  "--link",
  "--magenta",
  "--accent",
  "--text",
] as const;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the beginning of every command is one
const SGR = /\x1b\[([\d;:]*)m/g;
const MAX_SPANS = 1_000;

/** Their texts together are the line's `text`. */
export function styledSpans(raw: string): Span[] {
  const line = lastState(raw);
  const spans: Span[] = [];
  let style: Style = {};
  let from = 0;
  const push = (to: number) => {
    const text = plainText(line.slice(from, to));
    if (text !== "") spans.push({ text, ...style });
  };
  for (const match of line.matchAll(SGR)) {
    if (spans.length >= MAX_SPANS) break;
    push(match.index);
    from = match.index + match[0].length;
    style = styleAfter(style, match[1] ?? "");
  }
  push(line.length);
  return spans;
}

function styleAfter(before: Style, parameters: string): Style {
  let style = { ...before };
  const codes = parameters.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) style = {};
    else if (code === 1) style.bold = true;
    else if (code === 2) style.dim = true;
    else if (code === 3) style.italic = true;
    else if (code === 4) style.underline = true;
    else if (code === 22) style = without(without(style, "bold"), "dim");
    else if (code === 23) style = without(style, "italic");
    else if (code === 24) style = without(style, "underline");
    else if (code === 39) style = without(style, "colour");
    else if (code === 49) style = without(style, "background");
    else if (code >= 30 && code <= 37) style.colour = TOKENS[code - 30];
    else if (code >= 90 && code <= 97) style.colour = TOKENS[code - 90];
    else if (code >= 40 && code <= 47) style.background = TOKENS[code - 40];
    else if (code >= 100 && code <= 107) style.background = TOKENS[code - 100];
    else if (code === 38 || code === 48) {
      const { token, used } = extended(codes.slice(at + 1));
      if (token) style[code === 38 ? "colour" : "background"] = token;
      at += used;
    }
  }
  return style;
}

/** 256 colours or 24 bits (ITU-T T.416): the nearest of ours, since theirs may be unreadable in one of the themes. */
function extended([kind, first = 0, green = 0, blue = 0]: number[]): { token?: string; used: number } {
  if (kind === 2) return { token: nearest(first, green, blue), used: 4 };
  if (kind !== 5) return { used: 0 };
  if (first < 16) return { token: TOKENS[first % 8], used: 2 };
  // The last 24 are greys.
  if (first >= 232) return { token: first < 244 ? "--faint" : "--text", used: 2 };
  const cube = first - 16;
  return {
    token: nearest(Math.floor(cube / 36) * 51, (Math.floor(cube / 6) % 6) * 51, (cube % 6) * 51),
    used: 2,
  };
}

/** Which of red, green and blue are well above the weakest makes one of eight colours. */
function nearest(red: number, green: number, blue: number): string {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 40) return most < 128 ? TOKENS[0] : TOKENS[7];
  const middle = (most + least) / 2;
  const index = (red > middle ? 1 : 0) + (green > middle ? 2 : 0) + (blue > middle ? 4 : 0);
  return TOKENS[index] ?? TOKENS[7];
}

function without(style: Style, name: keyof Style): Style {
  const { [name]: _gone, ...rest } = style;
  return rest;
}
