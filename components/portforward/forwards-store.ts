"use client";
/** The forwards as the server last told them, and the requests that change them. */
import { create } from "zustand";
import { apiFetch, errorWords } from "#components/ui/api-client.ts";
import type { ForwardInfo, ForwardLink, ForwardRequest } from "#protocol/api.ts";
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

const FORWARDS_PATH = "/api/forwards";

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

/** The forward of this target: the one there is, or a new one. Rejects with ApiError. */
export async function ensureForward(request: ForwardRequest): Promise<ForwardInfo> {
  return findForward(request) ?? (await createForward(request));
}

/** The forward of exactly this target, when there is one already: its address stays the same. */
function findForward(request: ForwardRequest): ForwardInfo | undefined {
  return useForwardsStore
    .getState()
    .forwards.find(
      (forward) =>
        forward.cluster === request.cluster &&
        forward.namespace === request.namespace &&
        forward.kind === request.kind &&
        forward.name === request.name &&
        forward.port === request.port &&
        (!request.listen || forward.local !== null),
    );
}

async function createForward(request: ForwardRequest): Promise<ForwardInfo> {
  const forward = (await apiFetch(FORWARDS_PATH, { method: "POST", body: request })) as ForwardInfo;
  // Shown now and not with the next look. The server may have answered with one that is known: then it moves up.
  useForwardsStore.setState(({ forwards }) => ({
    forwards: [forward, ...forwards.filter((known) => known.id !== forward.id)],
    loaded: true,
  }));
  return forward;
}

/** Rejects with ApiError. */
export async function stopForward(id: string): Promise<void> {
  await apiFetch(`${FORWARDS_PATH}/${encodeURIComponent(id)}`, { method: "DELETE" });
  useForwardsStore.setState(({ forwards }) => ({ forwards: forwards.filter((known) => known.id !== id) }));
}

/** A link that signs this browser in on the forward's origin, once. Rejects with ApiError. */
export async function forwardLink(id: string, path?: string): Promise<string> {
  const answer = await apiFetch(`${FORWARDS_PATH}/${encodeURIComponent(id)}/open`, {
    method: "POST",
    body: path === undefined ? {} : { path },
  });
  return (answer as ForwardLink).url;
}
