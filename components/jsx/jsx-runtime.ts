/** React's own, behind shown-props.ts. The compiler imports it for every element (tsconfig.json, jsxImportSource). */
import type { ElementType, Key } from "react";
import * as react from "react/jsx-runtime";
import { shownProps } from "./shown-props.ts";

export { Fragment, type JSX } from "react/jsx-runtime";

type Props = Record<string, unknown>;

/** An element with one child, or none. */
export function jsx(type: ElementType, props: Props, key?: Key) {
  return react.jsx(type, shownProps(type, props), key);
}

/** One with several, which the sources give in a fixed order. */
export function jsxs(type: ElementType, props: Props, key?: Key) {
  return react.jsxs(type, shownProps(type, props), key);
}
