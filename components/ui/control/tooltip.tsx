"use client";
import {
  cloneElement,
  type FocusEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useAnchored } from "./anchored.ts";

const OPEN_DELAY_MS = 350;

interface AnchorProps {
  onPointerEnter?: (event: PointerEvent<Element>) => void;
  onPointerLeave?: (event: PointerEvent<Element>) => void;
  onPointerDown?: (event: PointerEvent<Element>) => void;
  onFocus?: (event: FocusEvent<Element>) => void;
  onBlur?: (event: FocusEvent<Element>) => void;
  "aria-describedby"?: string | undefined;
}

/** A word or two about the child, under the pointer and with the keyboard's focus. Never the only place for them. */
export function Tooltip({ content, children }: { content: ReactNode; children: ReactElement }) {
  const id = useId();
  const [anchor, setAnchor] = useState<Element | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const child = children as ReactElement<AnchorProps>;
  const own = child.props;
  const hide = () => {
    clearTimeout(timer.current);
    setAnchor(null);
  };
  return (
    <>
      {cloneElement(child, {
        "aria-describedby": anchor ? id : own["aria-describedby"],
        onPointerEnter: (event) => {
          own.onPointerEnter?.(event);
          const element = event.currentTarget;
          if (event.pointerType === "mouse")
            timer.current = setTimeout(() => setAnchor(element), OPEN_DELAY_MS);
        },
        onPointerLeave: (event) => {
          own.onPointerLeave?.(event);
          hide();
        },
        onPointerDown: (event) => {
          own.onPointerDown?.(event);
          hide();
        },
        onFocus: (event) => {
          own.onFocus?.(event);
          if (event.currentTarget.matches(":focus-visible")) setAnchor(event.currentTarget);
        },
        onBlur: (event) => {
          own.onBlur?.(event);
          hide();
        },
      })}
      {anchor && <TooltipPanel id={id} anchor={anchor} content={content} onEscape={hide} />}
    </>
  );
}

function TooltipPanel({
  id,
  anchor,
  content,
  onEscape,
}: {
  id: string;
  anchor: Element;
  content: ReactNode;
  onEscape: () => void;
}) {
  const panelRef = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => panelRef.current?.showPopover?.(), []);
  useAnchored(panelRef, () => anchor, true, "center");
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => event.key === "Escape" && onEscape();
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  });
  return (
    <span
      ref={panelRef}
      id={id}
      role="tooltip"
      popover="manual"
      className="pointer-events-none invisible fixed inset-auto m-0 max-w-80 whitespace-normal rounded-md border border-line-strong bg-raise px-2 py-1 font-sans text-sm text-text"
    >
      {content}
    </span>
  );
}
