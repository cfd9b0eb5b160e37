"use client";
import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";
import { cn } from "./cn";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** One sentence below the title. */
  description?: ReactNode;
  children?: ReactNode;
  className?: string;
  /** Only the children: the title is for screen readers. */
  bare?: boolean;
}

/** A question in front of the page. Escape and a click beside it answer "no". */
export function Dialog({ open, onOpenChange, title, description, children, className, bare }: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="appear fixed inset-0 z-40 bg-scrim" />
        <Primitive.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cn(
            "appear fixed top-[14dvh] left-1/2 z-40 max-h-[80dvh] w-[min(26.5rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-y-auto rounded-md border border-line-strong bg-panel p-4 outline-none",
            className,
          )}
        >
          {bare ? (
            <Primitive.Title className="sr-only">{title}</Primitive.Title>
          ) : (
            <TitleLine title={title} />
          )}
          {description && <Primitive.Description className="text-dim">{description}</Primitive.Description>}
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function TitleLine({ title }: { title: string }) {
  return (
    <div className="flex items-start justify-between gap-3">
      <Primitive.Title className="min-w-0 break-words font-semibold text-lg">{title}</Primitive.Title>
      <Primitive.Close asChild>
        <Button variant="ghost" size="sm" square aria-label="Close" className="-mt-0.5 -mr-1">
          <X />
        </Button>
      </Primitive.Close>
    </div>
  );
}

/** The answers, at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-4 flex flex-wrap justify-end gap-2">{children}</div>;
}
