"use client";
/** The panels as they are now, and what buttons and keys do with them. What a window's width does is not kept. */
import { useEffect, useSyncExternalStore } from "react";
import { POD_FILTER_ID } from "#components/pods/list/pod-filter-box.tsx";
import { useForwardsStore } from "#components/portforward/forwards-store.ts";
import { useTerminalPreferences } from "#components/terminal/screen/terminal-preferences.ts";
import { useTabs } from "../tabs/tabs-store.ts";
import { arrange, type PanelName, useLayout } from "./layout-store.ts";
import { middleRoom, type PanelChoices, type PanelPlaces, placePanels } from "./panel-places.ts";

/** The frame around a production cluster, on both sides; the layout is the same without it. */
const FRAME_PX = 4;
/** While the page is being exported no window is known. */
const EXPORTED_WIDTH_PX = 1440;

export const FORWARDS_PANEL_ID = "forwards-panel";

export function usePanels(): PanelPlaces {
  const width = useSyncExternalStore(onResize, windowWidth, () => EXPORTED_WIDTH_PX);
  const choices = useLayout();
  const fontSizePx = useTerminalPreferences((preferences) => preferences.fontSizePx);
  const anyTab = useTabs((store) => store.tabs.length > 0);
  const hasForwards = useForwardsStore((store) => store.forwards.length > 0);
  const places = placePanels(choices, { width, room: middleRoom(anyTab ? fontSizePx : null), hasForwards });

  // A panel that has found its place again would otherwise lie over the terminal when it loses it the next time.
  const { drawer } = choices;
  const placed = drawer !== null && places[drawer] !== null;
  useEffect(() => {
    if (placed) closeDrawer();
  }, [placed]);
  return places;
}

/** The button of a panel: folds it, or shows it where there is room, else over the terminal. */
export function togglePanel(name: PanelName): void {
  const choices = useLayout.getState();
  if (choices.drawer === name) {
    closeDrawer();
    return;
  }
  const open = placesFor(choices)[name] === null;
  const change = {
    bothHidden: false,
    ...(name === "pods" ? { podsOpen: open } : { forwardsOpen: forwardsChoice(open) }),
  };
  if (open && placesFor({ ...choices, ...change })[name] === null) revealPanel(name);
  else arrange(change);
}

/** Something in it is needed now: it is shown without changing what the person chose. */
export function revealPanel(name: PanelName): void {
  useLayout.setState({ view: name });
  if (placesFor(useLayout.getState())[name] !== null) return;
  useLayout.setState({ drawer: name });
  const id = name === "pods" ? POD_FILTER_ID : FORWARDS_PANEL_ID;
  // Hidden until the drawer is drawn.
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}

/** The key that leaves the terminal alone on the page, and brings the panels back. */
export function toggleBothPanels(): void {
  const choices = useLayout.getState();
  const { pods, forwards } = placesFor(choices);
  if (choices.drawer !== null) {
    closeDrawer();
    return;
  }
  if (pods !== null || forwards !== null) {
    arrange({ bothHidden: true });
    focusTerminal();
    return;
  }
  if (choices.bothHidden) arrange({ bothHidden: false });
  if (placesFor(useLayout.getState()).pods === null) togglePanel("pods");
}

/** The focus was in it and would be lost; whoever looked at the panel came from the terminal. */
export function closeDrawer(): void {
  const { drawer } = useLayout.getState();
  useLayout.setState({ drawer: null, view: "terminals" });
  if (drawer !== null) focusTerminal();
}

function focusTerminal(): void {
  document.querySelector<HTMLElement>('[role="tabpanel"]:not([hidden]) textarea')?.focus();
}

/** "As needed" wherever that comes to what is wanted: an empty panel that was closed shows the next forward. */
function forwardsChoice(open: boolean): boolean | null {
  return open === hasForwards() ? null : open;
}

function placesFor(choices: PanelChoices): PanelPlaces {
  const anyTab = useTabs.getState().tabs.length > 0;
  const room = middleRoom(anyTab ? useTerminalPreferences.getState().fontSizePx : null);
  return placePanels(choices, { width: windowWidth(), room, hasForwards: hasForwards() });
}

function hasForwards(): boolean {
  return useForwardsStore.getState().forwards.length > 0;
}

function windowWidth(): number {
  return window.innerWidth - FRAME_PX;
}

function onResize(changed: () => void): () => void {
  window.addEventListener("resize", changed);
  return () => window.removeEventListener("resize", changed);
}
