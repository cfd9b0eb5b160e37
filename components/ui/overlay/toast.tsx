"use client";
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { create } from "zustand";
import { Button } from "../control/button.tsx";
import { type DotTone, StatusDot } from "../control/marks.tsx";

/** Older ones make room. */
const MAX_TOASTS = 3;
const SHOWN_MS = 7_000;
/** What went wrong is read twice before it is believed. */
const SHOWN_BAD_MS = 15_000;

export interface ToastContent {
  tone?: DotTone;
  text: string;
  action?: { label: string; run: () => void };
}

interface Toast extends ToastContent {
  id: number;
}

interface ToastStore {
  toasts: Toast[];
  next: number;
}

const useToasts = create<ToastStore>(() => ({ toasts: [], next: 1 }));

/** Says something that needs no answer, at the edge of the page. */
export function toast(content: ToastContent): void {
  useToasts.setState(({ toasts, next }) => ({
    toasts: [...toasts.filter((shown) => shown.text !== content.text), { ...content, id: next }].slice(
      -MAX_TOASTS,
    ),
    next: next + 1,
  }));
}

function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((shown) => shown.id !== id) }));
}

/**
 * Where toasts appear; once per page: at the bottom, but at the top while something there asks a question
 * (data-question), since nothing may lie over its buttons. The region exists from the start, or a screen reader misses
 * the first one.
 */
export function Toaster() {
  const toasts = useToasts((store) => store.toasts);
  return (
    <section
      aria-label="Notices"
      aria-live="polite"
      className="pointer-events-none fixed right-3 bottom-9 z-50 flex w-[min(24rem,calc(100vw-1.5rem))] flex-col gap-2 max-wide:bottom-16 [body:has([data-question])_&]:top-33 [body:has([data-question])_&]:bottom-auto"
    >
      {toasts.map((shown) => (
        <ToastRow key={shown.id} shown={shown} />
      ))}
    </section>
  );
}

function ToastRow({ shown }: { shown: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(shown.id), shown.tone === "bad" ? SHOWN_BAD_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, shown.id, shown.tone]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only keeps the notice on the screen
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="appear pointer-events-auto flex items-start gap-2.5 rounded-md border border-line-strong bg-raise py-2 pr-2 pl-3"
    >
      <StatusDot tone={shown.tone ?? "ok"} className="mt-1.5" />
      <p className="min-w-0 flex-1 whitespace-pre-line break-words">{shown.text}</p>
      {shown.action && (
        <Button
          size="sm"
          onClick={() => {
            shown.action?.run();
            dismiss(shown.id);
          }}
        >
          {shown.action.label}
        </Button>
      )}
      <Button
        variant="ghost"
        size="sm"
        square
        aria-label="Dismiss"
        className="-my-0.5"
        onClick={() => dismiss(shown.id)}
      >
        <X />
      </Button>
    </div>
  );
}
