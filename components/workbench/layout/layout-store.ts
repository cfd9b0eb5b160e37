"use client";
/** How the person has arranged the page; remembered in this browser, except what a narrow window shows. */
import { create } from "zustand";
import type { ForwardTarget } from "#components/portforward/port-form.tsx";
import { keep, keptObject } from "#components/ui/kept.ts";
import type { DoctorRequest } from "#protocol/doctor.ts";
import type { Opening } from "../open/opening.ts";
import { FORWARDS_WIDTH, type PanelChoices, PODS_WIDTH } from "./panel-places.ts";

export type NarrowView = "pods" | "terminals" | "forwards";
export type PanelName = "pods" | "forwards";

interface LayoutStore extends PanelChoices {
  /** A narrow window shows one thing at a time. */
  view: NarrowView;
  /** A panel that has no room beside the terminal and lies over it for the moment. */
  drawer: PanelName | null;
  paletteOpen: boolean;
  keysOpen: boolean;
  /** The pod whose port is asked for. */
  forwardTarget: ForwardTarget | null;
  /** The terminal whose place or shell is asked for. */
  opening: Opening | null;
  /** The path that the doctor checks. */
  doctorTarget: DoctorRequest | null;
  /** The cluster that is given a short name and a colour. */
  lookTarget: string | null;
  /** The tab that is about to be closed while its shell runs. */
  closingTab: string | null;
  /** Whether to sign out is asked. */
  signingOut: boolean;
}

const STORAGE_KEY = "porthole.layout";

/** No question stands in front of the page. */
export const NOTHING_ASKED = {
  keysOpen: false,
  forwardTarget: null,
  opening: null,
  doctorTarget: null,
  lookTarget: null,
  closingTab: null,
  signingOut: false,
};

export const useLayout = create<LayoutStore>(() => ({
  podsWidth: PODS_WIDTH.initial,
  forwardsWidth: FORWARDS_WIDTH.initial,
  podsOpen: true,
  forwardsOpen: null,
  bothHidden: false,
  view: "pods",
  drawer: null,
  paletteOpen: false,
  ...NOTHING_ASKED,
}));

/** What only a person changes, by dragging or folding, and expects to find again. */
export function arrange(change: Partial<PanelChoices>): void {
  useLayout.setState(change);
  const { podsWidth, forwardsWidth, podsOpen, forwardsOpen, bothHidden } = useLayout.getState();
  const pods = podsOpen ? "shown" : "folded";
  const forwards = forwardsOpen === null ? "as needed" : forwardsOpen ? "shown" : "folded";
  keep(STORAGE_KEY, JSON.stringify({ podsWidth, forwardsWidth, pods, forwards, bothHidden }));
}

/** After the page has arrived: before, its markup must be the exported one, which knows no browser. */
export function restoreLayout(): void {
  const { podsWidth, forwardsWidth, pods, forwards, bothHidden } = keptObject(STORAGE_KEY);
  useLayout.setState({
    podsWidth: within(podsWidth, PODS_WIDTH),
    forwardsWidth: within(forwardsWidth, FORWARDS_WIDTH),
    podsOpen: pods !== "folded",
    forwardsOpen: forwards === "shown" ? true : forwards === "folded" ? false : null,
    bothHidden: bothHidden === true,
  });
}

function within(value: unknown, limits: { min: number; max: number; initial: number }): number {
  return typeof value === "number" ? Math.min(limits.max, Math.max(limits.min, value)) : limits.initial;
}
