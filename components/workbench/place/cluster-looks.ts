"use client";
/**
 * The short name and the colour that a person gave a cluster, kept in this browser: tools make names that nobody can
 * tell apart at a glance, and the wrong cluster is an expensive place to type.
 */
import { create } from "zustand";
import { keptObject } from "#components/ui/kept.ts";

/** Of middle lightness: each is seen on light and on dark. A name always stands beside it. */
export const CLUSTER_COLOURS = {
  red: "#d64545",
  orange: "#c2700f",
  green: "#2f8f46",
  blue: "#3a7bd5",
  violet: "#8b5fd9",
  pink: "#c44e92",
} as const;

export type ClusterColour = keyof typeof CLUSTER_COLOURS;

export interface ClusterLook {
  short?: string;
  colour?: ClusterColour;
}

interface Looks {
  looks: Readonly<Record<string, ClusterLook>>;
  /** Every cluster of the list: what a name may be mistaken for. */
  names: readonly string[];
}

export const MAX_SHORT_CHARS = 32;
export const LOOKS_KEY = "porthole.clusters";
/** Clusters come and go; what was not changed for longest is forgotten first. */
export const MAX_LOOKS = 300;

export const useLooks = create<Looks>(() => ({ looks: {}, names: [] }));

export function restoreLooks(): () => void {
  const read = () => useLooks.setState({ looks: readLooks(keptObject(LOOKS_KEY)) });
  // Another window of this browser may give names as well.
  const onStorage = ({ key }: StorageEvent) => key === LOOKS_KEY && read();
  read();
  window.addEventListener("storage", onStorage);
  return () => window.removeEventListener("storage", onStorage);
}

/** What the cluster is called where there is room for a line of text alone. */
export function calledName(cluster: string, { looks }: Pick<Looks, "looks"> = useLooks.getState()): string {
  return lookOf(cluster, looks).short ?? cluster;
}

export function lookOf(cluster: string, looks: Looks["looks"]): ClusterLook {
  return Object.hasOwn(looks, cluster) ? looks[cluster]! : {};
}

function readLooks(stored: Record<string, unknown>): Record<string, ClusterLook> {
  const looks = Object.entries(stored)
    .slice(-MAX_LOOKS)
    .flatMap(([cluster, value]): [string, ClusterLook][] => {
      if (typeof value !== "object" || value === null) return [];
      const { short, colour } = value as Record<string, unknown>;
      const known = typeof colour === "string" && Object.hasOwn(CLUSTER_COLOURS, colour);
      return [
        [
          cluster,
          {
            ...(typeof short === "string" && short ? { short: short.slice(0, MAX_SHORT_CHARS) } : {}),
            ...(known ? { colour: colour as ClusterColour } : {}),
          },
        ],
      ];
    });
  return Object.fromEntries(looks);
}
