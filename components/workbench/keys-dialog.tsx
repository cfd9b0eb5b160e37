"use client";
import { isMac } from "#components/terminal/screen/screen-environment.ts";
import { Kbd } from "#components/ui/control/marks.tsx";
import { Dialog } from "#components/ui/overlay/dialog.tsx";
import { MAC_TERMINAL_KEYS, PAGE_KEYS, TERMINAL_KEYS } from "./keys.ts";
import { useLayout } from "./layout/layout-store.ts";

/** Opened by "?" and from the header. What a browser keeps for itself is said, or it would look like our fault. */
export function KeysDialog() {
  const open = useLayout((layout) => layout.keysOpen);
  return (
    <Dialog open={open} onOpenChange={(next) => useLayout.setState({ keysOpen: next })} title="Keys">
      <h3 className="mt-2 mb-1 text-faint text-sm">On the page</h3>
      <KeyList keys={PAGE_KEYS} />
      <h3 className="mt-4 mb-1 text-faint text-sm">In a terminal</h3>
      {open && <KeyList keys={isMac() ? MAC_TERMINAL_KEYS : TERMINAL_KEYS} />}
      <p className="mt-4 text-dim text-sm">
        Ctrl W, Ctrl T, Ctrl N (also with Shift), Ctrl Tab and Ctrl Page Up or Down belong to the browser; on
        a Mac ⌘ W, T, N and Q. Installed as an app, Porthole gives Ctrl W, T and N to the shell.
      </p>
    </Dialog>
  );
}

/** Each key by itself, as it is pressed: "Ctrl K" as one mark would read like the name of a key. */
export function KeyList({ keys }: { keys: readonly { keys: readonly string[]; what: string }[] }) {
  return (
    <dl className="flex flex-col">
      {keys.map((line) => (
        <div key={line.what} className="flex min-h-7 items-center justify-between gap-4">
          <dt className="text-dim">{line.what}</dt>
          <dd className="flex shrink-0 gap-1">
            {line.keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
