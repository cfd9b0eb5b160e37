"use client";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import { Notice } from "#components/ui/page/notice.tsx";
import { isLabel } from "#protocol/kube-names.ts";
import type { PodWatchProblem } from "../watch/pod-watch.ts";
import { usePodNamespaces } from "../watch/use-pod-namespaces.ts";
import { goesOn } from "./pod-actions.ts";

/** The chooser at the top has all of them. */
const MAX_OFFERED = 8;
const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;

interface PodsProblemProps {
  cluster: string;
  /** Null is all namespaces. */
  namespace: string | null;
  problem: PodWatchProblem;
  onRetry: () => void;
  onNamespace: (namespace: string) => void;
  /** Asks for a pod that is not listed. */
  onByName: () => void;
}

/** Why there is no list of pods, and what leads on: the refusals have different cures, so each has its own words. */
export function PodsProblem(props: PodsProblemProps) {
  const { cluster, namespace, problem, onRetry, onNamespace, onByName } = props;
  const retry = (
    <Button size="sm" onClick={onRetry}>
      Try again
    </Button>
  );
  // Nothing was asked about it: Porthole passes on no name that cannot be one, so nobody has refused anything.
  if (namespace !== null && !isLabel(namespace) && !problem.portholeMissing) {
    return (
      <Notice tone="warn" title={`“${namespace}” is no name of a namespace`}>
        <p>{problem.message}</p>
        <ListableNamespaces cluster={cluster} onNamespace={onNamespace} />
        <p className="mt-2">Name another:</p>
        <NamespaceForm onNamespace={onNamespace} />
      </Notice>
    );
  }
  if (problem.status === HTTP_FORBIDDEN) {
    const where = namespace === null ? "in all namespaces" : `in ${namespace}`;
    return (
      <Notice tone="warn" title={`You may not list pods ${where}`}>
        <p>{problem.message}</p>
        <ListableNamespaces cluster={cluster} onNamespace={onNamespace} />
        <p className="mt-2">Name a namespace that you may read:</p>
        <NamespaceForm onNamespace={onNamespace} />
        <p className="mt-2">Or a pod, whose shell may be yours all the same:</p>
        <Button className="mt-1.5" onClick={onByName}>
          Open a pod by its name…
        </Button>
      </Notice>
    );
  }
  if (problem.status === HTTP_UNAUTHORIZED) {
    return (
      <Notice tone="bad" title={`${cluster} refused the credential`} actions={retry}>
        <p>{problem.message}</p>
        <p className="mt-2">
          When it has expired, sign in to the cluster again where Porthole runs, then try again.
        </p>
      </Notice>
    );
  }
  const { portholeMissing } = problem;
  const title = portholeMissing ? "Porthole does not answer" : `${cluster} cannot be read`;
  return (
    <Notice tone="bad" title={title} actions={retry}>
      <p>{portholeMissing ? "The list comes back by itself when it does." : goesOn(problem.message)}</p>
    </Notice>
  );
}

/** Whoever may see the namespaces need not guess among them. */
function ListableNamespaces({ cluster, onNamespace }: Pick<PodsProblemProps, "cluster" | "onNamespace">) {
  const names = usePodNamespaces(cluster, true)?.namespaces ?? [];
  if (names.length === 0) return null;
  return (
    <>
      <p className="mt-2">Pods may be listed in:</p>
      <div className="mt-1.5 flex flex-wrap gap-1.5">
        {names.slice(0, MAX_OFFERED).map((name) => (
          <Button key={name} size="sm" className="font-mono" onClick={() => onNamespace(name)}>
            {name}
          </Button>
        ))}
      </div>
    </>
  );
}

function NamespaceForm({ onNamespace }: { onNamespace: (namespace: string) => void }) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") onNamespace(name.trim());
  };
  return (
    <form onSubmit={submit} className="mt-1.5 flex gap-1.5">
      <Input
        aria-label="Namespace"
        placeholder="namespace"
        className="font-mono"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit">Show</Button>
    </form>
  );
}
