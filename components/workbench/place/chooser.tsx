"use client";
import { ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Popover } from "#components/ui/overlay/popover.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import type { ChooserProps } from "./chooser-list.tsx";

/** Comes when it is first asked for: the first terminal does not wait for it. */
const ChooserList = lazyPart("list", () => import("./chooser-list.tsx").then((module) => module.ChooserList));

/**
 * A button that says what is chosen, and a list to choose from by typing: a kubeconfig may hold a hundred contexts, a
 * cluster a thousand namespaces.
 */
export function Chooser(
  props: Omit<ChooserProps, "foot"> & {
    /** Below the list. @param close to be called before anything else is opened */
    foot?: (close: () => void) => ReactNode;
  },
) {
  const [open, setOpen] = useState(false);
  const change = (next: boolean) => {
    setOpen(next);
    if (next) props.onOpen?.();
  };
  const choose = (value: string) => {
    setOpen(false);
    props.onChoose(value);
  };
  return (
    <Popover
      open={open}
      onOpenChange={change}
      label={props.label}
      className="w-80"
      trigger={
        <Button
          className={props.className}
          aria-label={`${props.label}: ${props.value}`}
          onPointerEnter={ChooserList.preload}
          onFocus={ChooserList.preload}
        >
          {props.shown}
          <ChevronDown className="text-faint" />
        </Button>
      }
    >
      <ChooserList.Part {...props} foot={props.foot?.(() => setOpen(false))} onChoose={choose} />
    </Popover>
  );
}
