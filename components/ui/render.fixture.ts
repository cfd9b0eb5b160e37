/** Draws components into happy-dom, for tests. */
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const roots: Root[] = [];

/** @returns the element that holds what was drawn, and a way to draw something else in its place */
export async function render(element: ReactNode): Promise<{ host: HTMLElement; redraw: typeof redraw }> {
  const host = document.createElement("div");
  document.body.append(host);
  const root = createRoot(host);
  roots.push(root);
  const redraw = (next: ReactNode) => act(async () => root.render(next));
  await redraw(element);
  return { host, redraw };
}

const TURN_MS = 5;
const TURNS = 2_000;

/** Lets the page go on, code it fetches included, until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < TURNS && !condition(); turn += 1) {
    await act(async () => {
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    });
  }
  if (!condition()) throw new Error(`what was waited for did not come: ${condition}`);
}

/** After each test. */
export async function cleanUp(): Promise<void> {
  await act(async () => {
    for (const root of roots.splice(0)) root.unmount();
  });
  document.body.replaceChildren();
}

export function click(element: Element | null | undefined): Promise<void> {
  return act(async () => {
    element?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  });
}

export function press(element: Element, key: string, init: KeyboardEventInit = {}): Promise<void> {
  return act(async () => {
    element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
  });
}

/** As a person types: React listens to the input event and wants the value set by the element's own setter. */
export function type(input: HTMLInputElement, text: string): Promise<void> {
  return act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, text);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** The first button whose name or text is this. */
export function button(host: ParentNode, name: string): HTMLButtonElement | undefined {
  return [...host.querySelectorAll("button")].find(
    (candidate) => (candidate.getAttribute("aria-label") ?? candidate.textContent) === name,
  );
}
