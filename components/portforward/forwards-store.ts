"use client";
/** The forwards as the server last told them, and the one request for them. */
import { create } from "zustand";
import { apiFetch, errorWords } from "#components/ui/api-client.ts";
import type { ForwardInfo } from "#protocol/api.ts";
import { type ForwardRate, ratesBetween } from "./forward-rate.ts";

interface ForwardsStore {
  forwards: readonly ForwardInfo[];
  /** The server has answered at least once. */
  loaded: boolean;
  /** Why the list may be old, in words. */
  problem: string | null;
  /** When the list was asked for, Unix milliseconds. */
  at: number;
  rates: ReadonlyMap<string, ForwardRate>;
}

export const useForwardsStore = create<ForwardsStore>(() => ({
  forwards: [],
  loaded: false,
  problem: null,
  at: 0,
  rates: new Map(),
}));

export const FORWARDS_PATH = "/api/forwards";

/** A failure leaves the list as it was, with the reason beside it. */
export async function refreshForwards(): Promise<void> {
  const asked = Date.now();
  try {
    const answer = (await apiFetch(FORWARDS_PATH)) as { forwards?: ForwardInfo[] };
    const forwards = [...(answer.forwards ?? [])].sort((a, b) => b.createdAt - a.createdAt);
    useForwardsStore.setState((old) => ({
      forwards,
      loaded: true,
      problem: null,
      at: asked,
      rates: ratesBetween(old.forwards, old.at, forwards, asked),
    }));
  } catch (error) {
    useForwardsStore.setState({ problem: errorWords(error), loaded: true });
  }
}
