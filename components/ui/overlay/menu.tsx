"use client";
import { Check } from "lucide-react";
import { type ComponentProps, type KeyboardEvent, type ReactElement, type ReactNode, useState } from "react";
import { cn } from "../cn.ts";
import type { Align } from "../control/anchored.ts";
import { closePanel, FloatingPanel } from "./floating-panel.tsx";

/** In the order of the document, which is the order of the arrow keys. Disabled ones are passed over. */
const ITEMS = '[role^="menuitem"]:not(:disabled)';

const itemClasses =
  "flex min-h-7 w-full select-none items-center gap-2 rounded-sm px-2 py-1 text-left outline-none hover:bg-hover focus:bg-hover disabled:bg-transparent disabled:text-faint max-wide:min-h-10 [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-dim";

interface MenuProps {
  /** A button. */
  trigger: ReactElement;
  children: ReactNode;
  align?: Align;
  className?: string;
}

/** Actions behind a button. Arrow keys, Home, End and the first letter of an item move along them. */
export function Menu({ trigger, children, align = "start", className }: MenuProps) {
  const [open, setOpen] = useState(false);
  return (
    <FloatingPanel
      open={open}
      onOpenChange={setOpen}
      trigger={trigger as ReactElement<Record<string, unknown>>}
      role="menu"
      align={align}
      focusFirst={(panel) => panel.querySelector<HTMLElement>(ITEMS)}
      onKeyDown={moveAlong}
      className={cn("min-w-44 overflow-y-auto [&:popover-open]:p-1", className)}
    >
      {children}
    </FloatingPanel>
  );
}

interface MenuItemProps extends Omit<ComponentProps<"button">, "onSelect" | "onClick"> {
  /** At the right end: a key, a state. */
  hint?: ReactNode;
  /** preventDefault() on the event keeps the menu open. */
  onSelect?: (event: Event) => void;
}

/** Closes the menu after its action, so that an action may give the focus to something else. */
export function MenuItem({ hint, children, className, onSelect, ...props }: MenuItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={cn(itemClasses, className)}
      {...props}
      onClick={(event) => {
        const select = new Event("select", { cancelable: true });
        onSelect?.(select);
        if (!select.defaultPrevented) closePanel(event.currentTarget);
      }}
    >
      <span className="flex min-w-0 flex-1 items-center gap-2">{children}</span>
      {hint && <span className="shrink-0 text-faint text-sm">{hint}</span>}
    </button>
  );
}

interface MenuChoicesProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** One of a few: the chosen one has a tick. */
export function MenuChoices<T extends string>({ label, value, choices, onChange }: MenuChoicesProps<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
    <div role="group" aria-label={label}>
      {choices.map((choice) => (
        <MenuItem
          key={choice.value}
          role="menuitemradio"
          aria-checked={choice.value === value}
          onSelect={() => onChange(choice.value)}
        >
          <span className="grid size-3.5 shrink-0 place-items-center">
            {choice.value === value && <Check />}
          </span>
          <span className="truncate">{choice.label}</span>
        </MenuItem>
      ))}
    </div>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <div role="presentation" className="px-2 pt-1.5 pb-1 text-faint text-xs">
      {children}
    </div>
  );
}

export function MenuSeparator() {
  return <hr className="-mx-1 my-1 border-line" />;
}

function moveAlong(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(ITEMS)];
  const at = items.indexOf(event.target as HTMLElement);
  const next = nextItem(event.key, items, at);
  // Tab leaves a menu (ARIA); the focus is then on the button again.
  if (event.key === "Tab") closePanel(event.currentTarget);
  else if (next) next.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function nextItem(key: string, items: HTMLElement[], at: number): HTMLElement | undefined {
  const count = items.length;
  if (key === "ArrowDown") return items[(at + 1) % count];
  if (key === "ArrowUp") return items[(at - 1 + count) % count];
  if (key === "Home") return items[0];
  if (key === "End") return items[count - 1];
  // A letter: the next item that begins with it, from the one that has the focus, around the end.
  if (!/^\p{L}$/u.test(key)) return undefined;
  const rest = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return rest.find((item) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()));
}
