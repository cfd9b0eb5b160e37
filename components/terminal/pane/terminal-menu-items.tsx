"use client";
import { MenuItem, MenuSeparator } from "#components/ui/overlay/menu.tsx";
import { isMac } from "../screen/screen-environment.ts";
import { SEARCH_CHORD } from "../screen/terminal-keys.ts";
import { setPreference, useTerminalPreferences } from "../screen/terminal-preferences.ts";
import type { RunKind } from "../session/run-choice.ts";

const END: Record<RunKind, string> = {
  shell: "End the shell",
  command: "End the command",
  attach: "Detach",
};

export interface TerminalMenuItemsProps {
  runKind: RunKind;
  /** A session that can be ended. */
  running: boolean;
  clipboardAllowed: boolean;
  onClipboardAllowed(allowed: boolean): void;
  onSearch(): void;
  onTranscript(): void;
  /** What a program left switched on: the mouse, colours, another screen. */
  onReset(): void;
  onEnd(): void;
  onClose(): void;
}

/** What is not needed every minute. */
export function TerminalMenuItems(props: TerminalMenuItemsProps) {
  const { running, clipboardAllowed, onClipboardAllowed, onSearch, onTranscript, onReset, onEnd, onClose } =
    props;
  const { fontSizePx, screenReader, optionIsMeta } = useTerminalPreferences();
  return (
    <>
      <MenuItem hint={SEARCH_CHORD} onSelect={onSearch}>
        Search
      </MenuItem>
      <MenuItem onSelect={onTranscript}>Save the transcript</MenuItem>
      <MenuItem onSelect={onReset}>Reset the terminal</MenuItem>
      <MenuSeparator />
      <MenuItem hint={`${fontSizePx} px`} onSelect={(event) => changeFontSize(event, fontSizePx + 1)}>
        Larger text
      </MenuItem>
      <MenuItem onSelect={(event) => changeFontSize(event, fontSizePx - 1)}>Smaller text</MenuItem>
      <MenuToggle
        on={screenReader}
        label="Screen reader support"
        onChange={(on) => setPreference({ screenReader: on })}
      />
      {isMac() && (
        <MenuToggle
          on={optionIsMeta}
          label="Option is Meta"
          onChange={(on) => setPreference({ optionIsMeta: on })}
        />
      )}
      <MenuToggle
        on={clipboardAllowed}
        label="Programs may copy to my clipboard"
        onChange={onClipboardAllowed}
      />
      <MenuSeparator />
      {running && <MenuItem onSelect={onEnd}>{END[props.runKind]}</MenuItem>}
      <MenuItem onSelect={onClose}>Close the tab</MenuItem>
    </>
  );
}

/** The menu stays open: a size is found by trying. */
function changeFontSize(event: Event, px: number): void {
  event.preventDefault();
  setPreference({ fontSizePx: px });
}

function MenuToggle({ on, label, onChange }: { on: boolean; label: string; onChange(on: boolean): void }) {
  return (
    <MenuItem
      role="menuitemcheckbox"
      aria-checked={on}
      hint={on ? "on" : "off"}
      onSelect={() => onChange(!on)}
    >
      {label}
    </MenuItem>
  );
}
