"use client";
import { X } from "lucide-react";
import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { cn } from "../cn.ts";
import { Button } from "../control/button.tsx";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** One sentence below the title. */
  description?: ReactNode;
  /** An element with data-autofocus gets the focus. */
  children?: ReactNode;
  className?: string;
  /** Only the children: the title is for screen readers. */
  bare?: boolean;
}

/** A question in front of the page. Escape and a click beside it answer "no". */
export function Dialog(props: DialogProps) {
  return props.open ? <OpenDialog {...props} /> : null;
}

/** The browser's own modal dialog: it keeps the focus inside, makes the rest inert, and gives the focus back. */
function OpenDialog({ onOpenChange, title, description, children, className, bare }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    dialog.showModal();
    (dialog.querySelector<HTMLElement>("[data-autofocus]") ?? dialog).focus();
    // Closed before it leaves the page: only then does the focus go back to where it was.
    return () => dialog.close();
  }, []);

  const close = () => onOpenChange(false);
  const onClick = (event: MouseEvent) => {
    // A click on the backdrop is a click on the dialog itself; only its place tells the two apart.
    const box = ref.current?.getBoundingClientRect();
    if (event.target !== ref.current || !box) return;
    const inside =
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    if (!inside) close();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape
    <dialog
      ref={ref}
      tabIndex={-1}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      // The state decides, not the browser: it would close a dialog that React still believes to be open.
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={onClick}
      className={cn(
        "appear fixed top-[14dvh] left-1/2 m-0 max-h-[80dvh] max-w-[calc(100vw-1.5rem)] -translate-x-1/2 overflow-y-auto rounded-md border border-line-strong bg-panel text-text outline-none backdrop:bg-scrim",
        !bare && "p-4",
        className ?? "w-106",
      )}
    >
      {bare ? (
        <h2 id={`${id}-title`} className="sr-only">
          {title}
        </h2>
      ) : (
        <div className="flex items-start justify-between gap-3">
          <h2 id={`${id}-title`} className="min-w-0 break-words font-semibold text-lg">
            {title}
          </h2>
          <Button
            variant="ghost"
            size="sm"
            square
            aria-label="Close"
            className="-mt-0.5 -mr-1"
            onClick={close}
          >
            <X />
          </Button>
        </div>
      )}
      {description && (
        <p id={`${id}-description`} className="text-dim">
          {description}
        </p>
      )}
      {children}
    </dialog>
  );
}

/** The answers, at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-4 flex flex-wrap justify-end gap-2">{children}</div>;
}
