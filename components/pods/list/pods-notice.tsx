"use client";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import { Notice } from "#components/ui/page/notice.tsx";

const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;

interface PodsProblemProps {
  cluster: string;
  /** Null is all namespaces. */
  namespace: string | null;
  problem: { status: number; message: string };
  onRetry: () => void;
  onNamespace: (namespace: string) => void;
}

/** Why there is no list of pods, and what leads on: the refusals have different cures, so each has its own words. */
export function PodsProblem({ cluster, namespace, problem, onRetry, onNamespace }: PodsProblemProps) {
  const retry = (
    <Button size="sm" onClick={onRetry}>
      Try again
    </Button>
  );
  if (problem.status === HTTP_FORBIDDEN) {
    const where = namespace === null ? "in all namespaces" : `in ${namespace}`;
    return (
      <Notice tone="warn" title={`You may not list pods ${where}`}>
        <p>{problem.message}</p>
        <p className="mt-2">Name a namespace that you may read:</p>
        <NamespaceForm onNamespace={onNamespace} />
      </Notice>
    );
  }
  if (problem.status === HTTP_UNAUTHORIZED) {
    return (
      <Notice tone="bad" title={`${cluster} refused the credential`} actions={retry}>
        <p>{problem.message}</p>
        <p className="mt-2">
          It may have expired. Sign in to the cluster again where Porthole runs, then try again.
        </p>
      </Notice>
    );
  }
  // 0 is no answer at all: then it is Porthole that is missing, and of the cluster nothing is known.
  const title = problem.status === 0 ? "Porthole does not answer" : `${cluster} cannot be read`;
  return (
    <Notice tone="bad" title={title} actions={retry}>
      <p>{problem.status === 0 ? "The list comes back by itself when it does." : problem.message}</p>
    </Notice>
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
