"use client";
import { keep } from "#components/ui/kept.ts";
import { type ClusterLook, LOOKS_KEY, MAX_LOOKS, useLooks } from "./cluster-looks.ts";

/**
 * Gives it, here and in this browser's other windows.
 * @param look an empty one takes away what was given before
 */
export function giveLook(cluster: string, { short = "", colour }: ClusterLook): void {
  const { [cluster]: _before, ...others } = useLooks.getState().looks;
  const look = { ...(short.trim() ? { short: short.trim() } : {}), ...(colour ? { colour } : {}) };
  const entries = Object.entries({ ...others, ...(Object.keys(look).length > 0 ? { [cluster]: look } : {}) });
  const looks = Object.fromEntries(entries.slice(-MAX_LOOKS));
  useLooks.setState({ looks });
  keep(LOOKS_KEY, JSON.stringify(looks));
}
