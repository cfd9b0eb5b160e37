"use client";
import { type FormEvent, useId, useState } from "react";
import type { RunChoice } from "#components/terminal/session/run-choice.ts";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import { DialogActions } from "#components/ui/overlay/dialog.tsx";
import { isLabel } from "#protocol/kube-names.ts";
import { openShell } from "../tabs/open-tabs.ts";
import { retargetTab } from "../tabs/tabs-store.ts";
import { keepRun } from "./kept-runs.ts";
import type { Opening } from "./opening.ts";
import { ATTACH, AUTOMATIC, COMMAND, RunFields, readChoice, shownChoice } from "./run-fields.tsx";

/** As Kubernetes names a pod, near enough for a person who types. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Where, and what is started there. Whether it may be is the cluster's to say: nothing is asked beforehand. */
export function OpenForm({ opening, onClose }: { opening: Opening; onClose: () => void }) {
  const [namespace, setNamespace] = useState(opening.namespace);
  const [pod, setPod] = useState(opening.pod);
  const [container, setContainer] = useState(opening.container);
  const [choice, setChoice] = useState(shownChoice(opening.run));
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const known = opening.containers.find(({ name }) => name === container);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wrong = misnamed(namespace, pod, container);
    const run = readChoice(choice, { stdin: known?.stdin ?? false, tty: known?.tty ?? false });
    if (wrong !== null) return setProblem(wrong);
    if (run === null) return setProblem("A quote in the command is not closed, or there is no command.");
    open(run.choice);
  };
  const open = (run: RunChoice | undefined) => {
    const { cluster, containers, windows, tab } = opening;
    const names = containers.map(({ name }) => name).filter((name) => name !== "");
    const target = { cluster, namespace, pod, container, containers: names, run, windows };
    if (known?.image !== undefined) keepRun(known.image, run);
    onClose();
    if (tab === undefined) openShell(target);
    else retargetTab(tab, target);
  };

  const field = (label: string, value: string, change: (value: string) => void, first: boolean) => (
    <label htmlFor={`${id}-${label}`} className="flex flex-col gap-1.5">
      <span className="text-dim text-sm">{label}</span>
      <Input
        id={`${id}-${label}`}
        className="font-mono"
        value={value}
        data-autofocus={first || undefined}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onChange={(event) => {
          change(event.target.value.trim());
          setProblem(null);
        }}
      />
    </label>
  );
  const byName = opening.pod === "";
  return (
    <form onSubmit={submit} className="mt-3 flex flex-col gap-3">
      {byName && field("Namespace", namespace, setNamespace, namespace === "")}
      {byName && field("Pod", pod, setPod, namespace !== "")}
      {opening.containers.length > 1 ? (
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="mb-1.5 text-dim text-sm">Container</legend>
          {opening.containers.map(({ name }) => (
            <Button
              key={name}
              aria-pressed={name === container}
              className="font-mono aria-pressed:border-accent! aria-pressed:bg-accent-bg!"
              onClick={() => setContainer(name)}
            >
              {name}
            </Button>
          ))}
        </fieldset>
      ) : (
        byName && field("Container, or nothing for the pod's own choice", container, setContainer, false)
      )}
      <RunFields
        choice={choice}
        windows={opening.windows}
        autofocus={!byName}
        onChange={(next) => {
          setChoice(next);
          setProblem(null);
        }}
      />
      {choice.kind === ATTACH && <AttachNote stdin={known?.stdin} />}
      {known?.image !== undefined && (choice.kind !== AUTOMATIC || opening.run) && choice.kind !== ATTACH && (
        <p className="break-all text-dim text-sm">
          {choice.kind === COMMAND ? "The command" : "The choice"} is kept in this browser for {known.image}.
        </p>
      )}
      {problem !== null && (
        <p id={`${id}-problem`} role="alert" className="break-words text-bad">
          {problem}
        </p>
      )}
      <DialogActions>
        <Button type="submit" variant="primary">
          {choice.kind === ATTACH ? "Attach" : "Open"}
        </Button>
      </DialogActions>
    </form>
  );
}

function AttachNote({ stdin }: { stdin: boolean | undefined }) {
  return (
    <p className="text-dim text-sm">
      Shows what the main process writes from now on. Closing the tab detaches and leaves it running.{" "}
      {stdin
        ? "The container takes input: Ctrl-C may end its process, and the container with it."
        : "The container was given no input, so nothing can be typed."}
    </p>
  );
}

function misnamed(namespace: string, pod: string, container: string): string | null {
  if (!isLabel(namespace)) return "A namespace has small letters, digits and hyphens, 63 at most.";
  if (!SUBDOMAIN.test(pod)) return "A pod's name has small letters, digits, hyphens and dots.";
  if (container !== "" && !isLabel(container))
    return "A container's name has small letters, digits and hyphens, 63 at most.";
  return null;
}
