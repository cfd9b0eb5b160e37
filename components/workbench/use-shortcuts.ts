"use client";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { PodCommands } from "#components/pods/list/pod-actions.ts";
import { POD_FILTER_ID } from "#components/pods/list/pod-filter-box.tsx";
import { POD_GRID_ID } from "#components/pods/list/pod-list.tsx";
import type { Pod } from "#components/pods/pod/pod.ts";
import { chordKey } from "#components/terminal/screen/terminal-keys.ts";
import { useLayout } from "./layout/layout-store.ts";
import { revealPanel, toggleBothPanels } from "./layout/panels.ts";
import { stepTab } from "./tabs/tabs-store.ts";

/** A dialog, one whose code is on its way, a menu. */
const ASKED = "dialog[open], [data-in-front], :popover-open:not([role=tooltip])";

/** The keys of the whole page. Those of the list of pods are its own, those of a terminal belong to its program. */
export function useShortcuts(pod: Pod | undefined, commands: PodCommands): void {
  const latest = useRef({ pod, commands });
  useLayoutEffect(() => {
    latest.current = { pod, commands };
  });

  // Registered once; a pod's state changes with every event of the watch, and is read through the ref.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const done = chord(event) || letter(event, latest.current.pod, latest.current.commands);
      if (!done) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Capturing: a focused terminal would otherwise take the chords for its program.
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  }, []);
}

/** With Ctrl or Cmd. Ctrl K cuts a line in a shell, so inside a terminal the palette wants Shift as well. */
function chord(event: KeyboardEvent): boolean {
  const { key, ctrlKey, metaKey, shiftKey, altKey } = event;
  if (altKey || !(ctrlKey || metaKey)) return false;
  const inTerminal = isInside(event.target, ".xterm");
  if (chordKey(event) === "k" && (metaKey || shiftKey || !inTerminal)) {
    useLayout.setState(({ paletteOpen }) => ({ paletteOpen: !paletteOpen }));
    return true;
  }
  if (ctrlKey && shiftKey && key.toLowerCase() === "b") {
    toggleBothPanels();
    return true;
  }
  // Ctrl Shift and an arrow selects by word in a field, so fields keep it.
  if (!ctrlKey || !shiftKey || (isTyping(event.target) && !inTerminal)) return false;
  if (key === "ArrowRight" || key === "ArrowDown") stepTab(1);
  else if (key === "ArrowLeft" || key === "ArrowUp") stepTab(-1);
  else return false;
  return true;
}

/** Single keys, while nothing is typed into and nothing is asked. */
function letter(event: KeyboardEvent, pod: Pod | undefined, commands: PodCommands): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (isTyping(event.target) || document.querySelector(ASKED)) return false;
  // Enter on a focused button presses that button; only where nothing has the focus does it mean the selected pod.
  const idle = event.target === document.body;
  switch (event.key) {
    case "/":
      return focus(POD_FILTER_ID);
    case "?":
      useLayout.setState({ keysOpen: true });
      return true;
    case "l":
    case "L":
      if (pod) commands.logs(pod);
      return pod !== undefined;
    case "o":
    case "O": {
      if (!pod) return false;
      const port = pod.ports[0];
      if (port) commands.openPort(pod, port.port);
      else commands.forward(pod);
      return true;
    }
    case "Enter":
      if (!idle || !pod) return false;
      commands.shell(pod);
      return true;
    case "ArrowDown":
    case "ArrowUp":
      // The list takes it from here.
      return idle && focus(POD_GRID_ID);
    default:
      return false;
  }
}

function focus(id: string): boolean {
  // The element may be hidden until the view has changed.
  revealPanel("pods");
  requestAnimationFrame(() => {
    const element = document.getElementById(id);
    element?.focus();
    if (element instanceof HTMLInputElement) element.select();
  });
  return true;
}

/** A checkbox takes no letters. xterm's hidden textarea counts as typing, so letters go to the shell. */
function isTyping(target: EventTarget | null): boolean {
  return isInside(target, 'input:not([type="checkbox"]), textarea, select, [contenteditable="true"]');
}

function isInside(target: EventTarget | null, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}
