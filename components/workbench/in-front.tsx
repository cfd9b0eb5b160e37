"use client";
import { type ReactNode, useEffect } from "react";

/** Where a dialog waits for its code, or says that it does not come: nothing behind it moves. Escape gives it up. */
export function InFront({ children, onClose }: { children: ReactNode; onClose: () => void }) {
  useEffect(() => {
    // Once the dialog is there, the key is its own.
    const onKeyDown = ({ key }: KeyboardEvent) => {
      if (key === "Escape" && !document.querySelector("dialog[open]")) onClose();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  return (
    <div
      data-in-front
      className="fixed inset-x-0 top-[14dvh] z-40 mx-auto w-fit max-w-[calc(100vw-1.5rem)] rounded-md border border-line-strong bg-panel has-[dialog]:contents"
    >
      {children}
    </div>
  );
}
