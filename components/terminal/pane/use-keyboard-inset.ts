"use client";
import { useSyncExternalStore } from "react";

/** Smaller differences are browser bars that slide, not a keyboard. */
const MIN_KEYBOARD_PX = 80;

/**
 * Height of an on-screen keyboard that covers the page, so that the terminal can end above it. Zero where the browser
 * shrinks the page instead (interactive-widget=resizes-content); Safari on iOS does not.
 */
export function useKeyboardInset(): number {
  return useSyncExternalStore(subscribe, keyboardInsetPx, () => 0);
}

function keyboardInsetPx(): number {
  const viewport = window.visualViewport;
  if (!viewport) return 0;
  const covered = Math.round(window.innerHeight - viewport.height * viewport.scale - viewport.offsetTop);
  return covered >= MIN_KEYBOARD_PX ? covered : 0;
}

function subscribe(changed: () => void): () => void {
  const viewport = window.visualViewport;
  viewport?.addEventListener("resize", changed);
  viewport?.addEventListener("scroll", changed);
  return () => {
    viewport?.removeEventListener("resize", changed);
    viewport?.removeEventListener("scroll", changed);
  };
}
