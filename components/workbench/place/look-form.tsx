"use client";
import { type FormEvent, useId, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import { DialogActions } from "#components/ui/overlay/dialog.tsx";
import { CLUSTER_COLOURS, type ClusterColour, lookOf, MAX_SHORT_CHARS, useLooks } from "./cluster-looks.ts";
import { giveLook } from "./give-look.ts";

const CHOICES: readonly (ClusterColour | undefined)[] = [
  undefined,
  ...(Object.keys(CLUSTER_COLOURS) as ClusterColour[]),
];

/** What a cluster is called on this page, and its colour. Kept in this browser; the kubeconfig is not changed. */
export function LookForm({ cluster, onClose }: { cluster: string; onClose: () => void }) {
  const looks = useLooks((store) => store.looks);
  const known = lookOf(cluster, looks);
  const [short, setShort] = useState(known.short ?? "");
  const [colour, setColour] = useState(known.colour);
  const id = useId();
  // Two clusters of one name would be the fault that this is to mend.
  const taken = Object.entries(looks).find(
    ([other, look]) => other !== cluster && look.short === short.trim(),
  );
  const save = (event: FormEvent) => {
    event.preventDefault();
    giveLook(cluster, { short, ...(colour ? { colour } : {}) });
    onClose();
  };
  return (
    <form onSubmit={save} className="mt-3 flex flex-col gap-3">
      <label htmlFor={`${id}-short`} className="flex flex-col gap-1">
        <span className="text-dim text-sm">Short name</span>
        <Input
          id={`${id}-short`}
          data-autofocus
          autoFocus
          value={short}
          maxLength={MAX_SHORT_CHARS}
          placeholder="As in the kubeconfig"
          aria-describedby={taken ? `${id}-taken` : undefined}
          onChange={(event) => setShort(event.target.value)}
        />
        {taken && (
          <span id={`${id}-taken`} role="status" className="break-all text-sm text-warn">
            {taken[0]} is called so too.
          </span>
        )}
      </label>
      <fieldset>
        <legend className="mb-1 text-dim text-sm">Colour</legend>
        <div className="flex flex-wrap gap-1.5">
          {CHOICES.map((choice) => (
            <label
              key={choice ?? "none"}
              className={cn(
                "flex min-h-8 cursor-pointer items-center gap-1.5 rounded-md border px-2 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent max-wide:min-h-10",
                choice === colour ? "border-text bg-raise" : "border-line-strong",
              )}
            >
              <input
                type="radio"
                name={`${id}-colour`}
                className="sr-only"
                checked={choice === colour}
                onChange={() => setColour(choice)}
              />
              {choice && (
                <span
                  aria-hidden="true"
                  className="h-3 w-1.5 rounded-sm"
                  style={{ backgroundColor: CLUSTER_COLOURS[choice] }}
                />
              )}
              {choice ?? "none"}
            </label>
          ))}
        </div>
      </fieldset>
      <p className="text-faint text-sm">Kept in this browser. The kubeconfig is not changed.</p>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit">
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
