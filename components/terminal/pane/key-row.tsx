"use client";
import { type PointerEvent, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import type { TerminalScreen } from "../screen/terminal-screen.ts";

type Key = { label: string; name: string } & (
  | { sequence: string }
  /** The last letter of the arrow's sequence, which depends on a mode the program sets (DECCKM). */
  | { arrow: "A" | "B" | "C" | "D" }
);

const KEYS: readonly Key[] = [
  { label: "Esc", name: "Escape", sequence: "\x1b" },
  { label: "Tab", name: "Tab", sequence: "\t" },
  { label: "↑", name: "Up", arrow: "A" },
  { label: "↓", name: "Down", arrow: "B" },
  { label: "←", name: "Left", arrow: "D" },
  { label: "→", name: "Right", arrow: "C" },
  { label: "|", name: "Pipe", sequence: "|" },
];
/** Ctrl stands after Esc and Tab. */
const KEYS_BEFORE_CONTROL = 2;

const keyClasses =
  "h-8.5 min-w-0 flex-1 select-none rounded-md border border-line bg-raise font-mono text-sm text-text active:bg-hover";

interface KeyRowProps {
  screen: TerminalScreen | null;
  controlHeld: boolean;
  onControl(held: boolean): void;
}

/** The keys a phone's keyboard has not. */
export function KeyRow({ screen, controlHeld, onControl }: KeyRowProps) {
  const press = (key: Key) => {
    if (!screen) return;
    // vim and less switch the arrows over, and take the other sequence for a command.
    const application = screen.terminal.modes.applicationCursorKeysMode;
    screen.press("arrow" in key ? `\x1b${application ? "O" : "["}${key.arrow}` : key.sequence);
  };
  return (
    <div
      role="toolbar"
      aria-label="Terminal keys"
      // The terminal keeps the focus, or the phone's keyboard would go down with every key.
      onPointerDown={(event) => event.preventDefault()}
      className="flex shrink-0 items-center gap-1.5 border-line border-t bg-panel px-2 py-1.5"
    >
      {KEYS.slice(0, KEYS_BEFORE_CONTROL).map((key) => (
        <RepeatingKey key={key.name} of={key} press={press} />
      ))}
      <button
        type="button"
        aria-pressed={controlHeld}
        aria-label="Control, for the next key"
        className={cn(keyClasses, controlHeld && "border-accent bg-accent-bg text-accent")}
        onClick={() => onControl(!controlHeld)}
      >
        Ctrl
      </button>
      {KEYS.slice(KEYS_BEFORE_CONTROL).map((key) => (
        <RepeatingKey key={key.name} of={key} press={press} />
      ))}
    </div>
  );
}

/** Near what keyboards do. Only arrows repeat: a second Escape or Tab means something else. */
const REPEAT_AFTER_MS = 400;
const REPEAT_EVERY_MS = 60;

/** Repeats while it is held, as keys do. */
function RepeatingKey({ of: key, press }: { of: Key; press(key: Key): void }) {
  const [repeat] = useState(() => new KeyRepeat());
  const down = (event: PointerEvent) => {
    if (event.button === 0 && "arrow" in key) repeat.start(() => press(key));
  };
  return (
    <button
      type="button"
      aria-label={key.name}
      className={cn(keyClasses, "touch-none")}
      onPointerDown={down}
      onPointerUp={() => repeat.stop()}
      onPointerCancel={() => repeat.stop()}
      onPointerLeave={() => repeat.stop()}
      onContextMenu={(event) => event.preventDefault()}
      onClick={() => {
        if (!repeat.takeRepeated()) press(key);
      }}
    >
      {key.label}
    </button>
  );
}

class KeyRepeat {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #repeated = false;

  start(run: () => void): void {
    this.stop();
    this.#repeated = false;
    const again = () => {
      this.#repeated = true;
      run();
      this.#timer = setTimeout(again, REPEAT_EVERY_MS);
    };
    this.#timer = setTimeout(again, REPEAT_AFTER_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** True once after a press that repeated: its click is not one more. */
  takeRepeated(): boolean {
    const repeated = this.#repeated;
    this.#repeated = false;
    return repeated;
  }
}
