"use client";
import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

const itemClasses =
  "flex min-h-7 select-none items-center gap-2 rounded-sm px-2 py-1 outline-none data-[disabled]:text-faint data-[highlighted]:bg-hover max-wide:min-h-10 [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-dim";

export interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "center" | "end";
  className?: string;
}

/** Actions behind a button. */
export function Menu({ trigger, children, align = "start", className }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={cn(
            "appear z-40 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 max-w-[min(26rem,calc(100vw-1rem))] overflow-y-auto rounded-md border border-line-strong bg-panel p-1",
            className,
          )}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({
  hint,
  children,
  className,
  ...props
}: ComponentProps<typeof DropdownMenu.Item> & { hint?: ReactNode }) {
  return (
    <DropdownMenu.Item className={cn(itemClasses, className)} {...props}>
      <span className="flex min-w-0 flex-1 items-center gap-2">{children}</span>
      {hint && <span className="shrink-0 text-faint text-sm">{hint}</span>}
    </DropdownMenu.Item>
  );
}

export interface MenuChoicesProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** One of a few: the chosen one has a tick. */
export function MenuChoices<T extends string>({ label, value, choices, onChange }: MenuChoicesProps<T>) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChange(next as T)} aria-label={label}>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={itemClasses}>
          <span className="grid size-3.5 place-items-center">
            <DropdownMenu.ItemIndicator>
              <Check />
            </DropdownMenu.ItemIndicator>
          </span>
          {choice.label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-faint text-xs">{children}</DropdownMenu.Label>;
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />;
}
