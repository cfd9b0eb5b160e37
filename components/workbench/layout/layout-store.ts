"use client";
/** How the person has arranged the page; remembered in this browser, except what a narrow window shows. */
import { create } from "zustand";
import type { ForwardTarget } from "#components/portforward/port-form.tsx";
import { keep, keptObject } from "#components/ui/kept.ts";
import type { DoctorRequest } from "#protocol/doctor.ts";

export type NarrowView = "pods" | "terminals" | "forwards";

interface Arrangement {
  podsWidth: number;
  forwardsWidth: number;
  forwardsOpen: boolean;
}

interface LayoutStore extends Arrangement {
  /** A narrow window shows one thing at a time. */
  view: NarrowView;
  paletteOpen: boolean;
  keysOpen: boolean;
  /** The pod whose port is asked for. */
  forwardTarget: ForwardTarget | null;
  /** The path that the doctor checks. */
  doctorTarget: DoctorRequest | null;
  /** The tab that is about to be closed while its shell runs. */
  closingTab: string | null;
}

/** In px. Below its minimum a list cuts every name; above its maximum it takes the place of the terminal. */
export const PODS_WIDTH = { min: 220, max: 560, initial: 316 } as const;
export const FORWARDS_WIDTH = { min: 240, max: 520, initial: 328 } as const;
const STORAGE_KEY = "porthole.layout";

export const useLayout = create<LayoutStore>(() => ({
  podsWidth: PODS_WIDTH.initial,
  forwardsWidth: FORWARDS_WIDTH.initial,
  forwardsOpen: true,
  view: "pods",
  paletteOpen: false,
  keysOpen: false,
  forwardTarget: null,
  doctorTarget: null,
  closingTab: null,
}));

/** What only a person changes, by dragging or folding, and expects to find again. */
export function arrange(change: Partial<Arrangement>): void {
  useLayout.setState(change);
  const { podsWidth, forwardsWidth, forwardsOpen } = useLayout.getState();
  keep(STORAGE_KEY, JSON.stringify({ podsWidth, forwardsWidth, forwardsOpen }));
}

/** Once, after the page has arrived: the exported page knows nothing of this browser. */
export function restoreLayout(): void {
  const { podsWidth, forwardsWidth, forwardsOpen } = keptObject(STORAGE_KEY);
  useLayout.setState({
    podsWidth: within(podsWidth, PODS_WIDTH),
    forwardsWidth: within(forwardsWidth, FORWARDS_WIDTH),
    forwardsOpen: forwardsOpen !== false,
  });
}

function within(value: unknown, limits: { min: number; max: number; initial: number }): number {
  return typeof value === "number" ? Math.min(limits.max, Math.max(limits.min, value)) : limits.initial;
}
