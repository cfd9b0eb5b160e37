/**
 * What an element of the page is given to show, with marks for what would not be seen (threats.md A39). Every text of
 * the page passes here, because the compiler makes every element by jsx-runtime.ts.
 */
import { jsx } from "react/jsx-runtime";
import { hiddenParts, markHidden } from "#protocol/hidden-characters.ts";

type Props = Record<string, unknown>;

/** Attributes that a person reads or hears. */
const READ = ["title", "aria-label", "aria-description", "placeholder", "alt"];
/** Their content is no text, or what a person types. */
const RAW = new Set(["script", "style", "textarea"]);
/** They hold text and no elements. */
const TEXT_ONLY = new Set(["title", "option"]);
/** Letters that are written from the right: Hebrew to Arabic Extended, and their presentation forms. */
const FROM_RIGHT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

export function shownProps(type: unknown, props: Props): Props {
  if (typeof type !== "string" || RAW.has(type)) return props;
  let shown = props;
  const show = (name: string, value: unknown) => {
    if (value === props[name]) return;
    if (shown === props) shown = { ...props };
    shown[name] = value;
  };
  for (const name of READ) {
    const value = props[name];
    if (typeof value === "string") show(name, markHidden(value));
  }
  // A part of a run of text is no field of its own: the run sets its direction.
  const isolated = type !== "bdi" && !("data-part" in props);
  show(
    "children",
    TEXT_ONLY.has(type)
      ? eachText(props.children, markHidden)
      : eachText(props.children, (text) => marked(text, isolated)),
  );
  return shown;
}

/** Elements in it were made here as well, and are left as they are. */
function eachText(children: unknown, change: (text: string) => unknown): unknown {
  if (typeof children === "string") return change(children);
  if (!Array.isArray(children)) return children;
  const changed = children.map((child) => eachText(child, change));
  return changed.some((child, index) => child !== children[index]) ? changed : children;
}

/** The character itself stays in the text, so that a copy has it; alone in its element it turns nothing around. */
function marked(text: string, isolated: boolean): unknown {
  const parts = hiddenParts(text);
  const inside = parts
    ? parts.map(({ text: part, mark }, at) =>
        mark === undefined ? part : jsx("bdi", { "data-hidden": mark, children: part }, `hidden-${at}`),
      )
    : text;
  if (!isolated || !FROM_RIGHT.test(text)) return inside;
  return jsx("bdi", { children: inside }, "text");
}
