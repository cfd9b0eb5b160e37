"use client";
import type { ForwardInfo, ForwardRequest } from "#protocol/api.ts";
import { targetWords } from "./forward-words.ts";
import { createForward, findForward, forwardLink } from "./forwards-store.ts";
import { openWindow } from "./open-window.ts";

/** The forward of this target: the one there is, or a new one. Rejects with ApiError. */
export async function ensureForward(request: ForwardRequest): Promise<ForwardInfo> {
  return findForward(request) ?? (await createForward(request));
}

/** Opens a port in a new window. Has to be called within a click or a key press. */
export function openPort(request: ForwardRequest): Promise<void> {
  return openWindow(targetWords(request), async () => forwardLink((await ensureForward(request)).id));
}
