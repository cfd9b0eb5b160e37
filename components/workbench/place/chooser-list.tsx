"use client";
import { Command } from "cmdk";
import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";

interface Choice {
  value: string;
  label: string;
  /** Stands in the place of the label, which is still what is searched. */
  shown?: ReactNode;
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
  /** Below the list. */
  foot?: ReactNode;
  className?: string;
}

const itemClasses =
  "flex min-h-7 items-start gap-2 rounded-sm px-2 py-1 data-[selected=true]:bg-hover max-wide:min-h-10";

/** A field, and below it the choices that have its letters in their name. */
export function ChooserList(props: ChooserProps) {
  const [text, setText] = useState("");
  const typed = text.trim();
  const found = props.choices.filter((choice) => choice.label.toLowerCase().includes(typed.toLowerCase()));
  // A name that is in the list is offered once, as that. The words "Go to" tell a wish from what is known to exist.
  const free = props.choices.some((choice) => choice.value === typed) ? null : props.free?.(typed);
  return (
    <>
      {/* Filtered here, by letters in a row: cmdk's own matching finds "prod" in "payments-read-only-dev". */}
      <Command shouldFilter={false} label={props.label} className="flex min-h-0 flex-col">
        <Command.Input
          data-autofocus
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder={props.placeholder}
          className="h-9 shrink-0 border-b bg-transparent px-3 outline-none placeholder:text-faint max-wide:h-11 max-wide:text-[1rem]"
        />
        {props.note && <p className="border-b px-3 py-2 text-dim text-sm">{props.note}</p>}
        <Command.List className="max-h-90 min-h-0 overflow-y-auto p-1">
          {found.length === 0 && !free && <p className="px-2 py-1.5 text-dim">Nothing matches.</p>}
          {found.map((choice) => (
            <Command.Item
              key={choice.value}
              value={choice.value}
              disabled={choice.problem !== undefined}
              onSelect={() => props.onChoose(choice.value)}
              className={itemClasses}
            >
              <ChoiceLine choice={choice} chosen={choice.value === props.value} />
            </Command.Item>
          ))}
          {free && (
            <Command.Item
              value={`typed ${free}`}
              onSelect={() => props.onChoose(free)}
              className={itemClasses}
            >
              <span className="size-3.5" />
              <span className="truncate">
                Go to <span className="font-mono text-mono">{free}</span>
              </span>
            </Command.Item>
          )}
        </Command.List>
      </Command>
      {/* Outside of it: Enter on a button in there would choose from the list. */}
      {props.foot && <div className="flex shrink-0 border-t p-1">{props.foot}</div>}
    </>
  );
}

function ChoiceLine({ choice, chosen }: { choice: Choice; chosen: boolean }) {
  const refused = choice.problem !== undefined;
  const second = choice.problem ?? choice.detail;
  return (
    <>
      <span className="mt-0.75 grid size-3.5 shrink-0 place-items-center">
        {chosen ? <Check className="size-3.5" /> : choice.mark}
      </span>
      <span className="min-w-0 flex-1">
        <span className={`block truncate font-mono text-mono ${refused ? "text-dim" : ""}`}>
          {choice.shown ?? choice.label}
        </span>
        {second && (
          <span className={`block break-words text-sm ${refused ? "text-bad" : "text-faint"}`}>{second}</span>
        )}
      </span>
    </>
  );
}
