"use client";
import { EllipsisVertical } from "lucide-react";
import { useEffect } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Menu } from "#components/ui/overlay/menu.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import type { TerminalMenuItemsProps } from "./terminal-menu-items.tsx";

const Items = lazyPart("menu", () =>
  import("./terminal-menu-items.tsx").then((module) => module.TerminalMenuItems),
);

/**
 * The trigger is also where the chord that leaves the terminal puts the focus: xterm takes Tab, and without such a
 * place nobody could leave by keyboard (WCAG 2.1.2).
 */
export function TerminalMenu(props: TerminalMenuItemsProps) {
  useEffect(Items.preload, []);
  return (
    <Menu
      align="end"
      trigger={
        <Button
          variant="ghost"
          size="sm"
          square
          aria-label="Terminal menu"
          className="-mr-2"
          data-terminal-leave
        >
          <EllipsisVertical />
        </Button>
      }
    >
      <Items.Part {...props} />
    </Menu>
  );
}
