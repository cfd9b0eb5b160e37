"use client";
import { Command } from "cmdk";
import { Check, ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button";
import { Popover } from "#components/ui/popover";

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
  const [text, setText] = useState("");
  const needle = text.trim().toLowerCase();
  const found = props.choices.filter((choice) => choice.label.toLowerCase().includes(needle));
  const typed = props.choices.some((choice) => choice.value === text.trim())
    ? null
    : props.free?.(text.trim());

  const change = (next: boolean) => {
    setOpen(next);
    setText("");
    if (next) props.onOpen?.();
  };
  const choose = (value: string) => {
    change(false);
    props.onChoose(value);
  };
  return (
    <Popover
      open={open}
      onOpenChange={change}
      label={props.label}
      className="w-80"
      trigger={
        <Button className={props.className} aria-label={`${props.label}: ${props.value}`}>
          {props.shown}
          <ChevronDown className="text-faint" />
        </Button>
      }
    >
      <Command shouldFilter={false} label={props.label} className="flex min-h-0 flex-col">
        <Command.Input
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder={props.placeholder}
          className="h-9 shrink-0 border-b bg-transparent px-3 outline-none placeholder:text-faint max-wide:h-11 max-wide:text-[1rem]"
        />
        {props.note && <p className="border-b px-3 py-2 text-dim text-sm">{props.note}</p>}
        <Command.List className="max-h-90 min-h-0 overflow-y-auto p-1">
          {found.length === 0 && !typed && <p className="px-2 py-1.5 text-dim">Nothing matches.</p>}
          {found.map((choice) => (
            <Command.Item
              key={choice.value}
              value={choice.value}
              disabled={choice.problem !== undefined}
              onSelect={() => choose(choice.value)}
              className="flex min-h-7 items-start gap-2 rounded-sm px-2 py-1 data-[selected=true]:bg-hover max-wide:min-h-10"
            >
              <span className="mt-0.75 grid size-3.5 shrink-0 place-items-center">
                {choice.value === props.value ? <Check className="size-3.5" /> : choice.mark}
              </span>
              <span className="min-w-0 flex-1">
                <span className={`block truncate font-mono text-mono ${choice.problem ? "text-dim" : ""}`}>
                  {choice.label}
                </span>
                {(choice.problem ?? choice.detail) && (
                  <span className={`block break-words text-sm ${choice.problem ? "text-bad" : "text-faint"}`}>
                    {choice.problem ?? choice.detail}
                  </span>
                )}
              </span>
            </Command.Item>
          ))}
          {typed && (
            <Command.Item
              value={`typed ${typed}`}
              onSelect={() => choose(typed)}
              className="flex min-h-7 items-center gap-2 rounded-sm px-2 py-1 data-[selected=true]:bg-hover"
            >
              <span className="size-3.5" />
              <span className="truncate">
                Go to <span className="font-mono text-mono">{typed}</span>
              </span>
            </Command.Item>
          )}
        </Command.List>
      </Command>
    </Popover>
  );
}
