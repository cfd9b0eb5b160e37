/** The same for development and for tests, where React wants to know where in the sources an element is made. */
import type { ElementType } from "react";
import * as react from "react/jsx-dev-runtime";
import { shownProps } from "./shown-props.ts";

export { Fragment, type JSX } from "react/jsx-dev-runtime";

type Props = Record<string, unknown>;
/** Its types are of no package. */
type Make = (type: ElementType, props: Props, ...origin: unknown[]) => unknown;

const { jsxDEV: make } = react as unknown as { jsxDEV: Make };

export function jsxDEV(type: ElementType, props: Props, ...origin: unknown[]) {
  return make(type, shownProps(type, props), ...origin);
}
