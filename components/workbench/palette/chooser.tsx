"use client";
import { ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Popover } from "#components/ui/overlay/popover.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";

/** Comes when it is first asked for: the first terminal does not wait for it. */
const ChooserList = lazyPart("list", () => import("./chooser-list.tsx").then((module) => module.ChooserList));

export interface Choice {
  value: string;
  label: string;
  /** A second line. */
  detail?: string;
  /** Why it cannot be chosen; stands in the second line. */
  problem?: string | undefined;
  mark?: ReactNode;
}

export interface ChooserProps {
  /** What is chosen, for a screen reader: "Cluster". */
  label: string;
  /** What the button shows. */
  shown: ReactNode;
  placeholder: string;
  choices: readonly Choice[];
  value: string;
  onChoose: (value: string) => void;
  /** Below the field: why there is nothing to choose from. */
  note?: string | null | undefined;
  /** Makes what was typed a choice of its own. */
  free?: ((text: string) => string | null) | undefined;
  onOpen?: (() => void) | undefined;
  className?: string;
}

/** A button that says what is chosen, and a list to choose from by typing. */
export function Chooser(props: ChooserProps) {
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
        >
          {props.shown}
          <ChevronDown className="text-faint" />
        </Button>
      }
    >
      <ChooserList.Part {...props} onChoose={choose} />
    </Popover>
  );
}
