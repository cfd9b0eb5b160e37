"use client";
import { useEffect, useState } from "react";
import type { ClusterInfo } from "#protocol/api.ts";
import type { CredentialInfo } from "#protocol/credential.ts";
import { CredentialNotice } from "./credential-notice.tsx";
import { useCredential } from "./use-credential.ts";

/** Most plugins take no longer, and what flashes by only worries. */
const QUIET_RUN_MS = 2_000;

/** Above everything while a login of the chosen cluster wants a person, or failed. */
export function CredentialStrip({ cluster, onSignedIn }: { cluster: ClusterInfo; onSignedIn: () => void }) {
  const { info, problem, act } = useCredential(cluster.name, onSignedIn);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const late = useLate(info);
  if (!info || info.state === "idle") return null;
  const what = `${cluster.name} ${info.state} ${info.since}`;
  if (dismissed === what || (info.state === "running" && info.lines.length === 0 && !late)) return null;
  return (
    <section aria-label="Login" className="max-h-[40dvh] shrink-0 overflow-y-auto border-b bg-panel">
      <CredentialNotice
        cluster={cluster.name}
        info={info}
        problem={problem}
        act={act}
        onDismiss={() => setDismissed(what)}
      />
    </section>
  );
}

/** Whether a run has lasted for longer than one that is not worth a word. */
function useLate(info: CredentialInfo | null): boolean {
  const running = info?.state === "running" ? info.since : null;
  const [late, setLate] = useState<number | null>(null);
  useEffect(() => {
    if (running === null) return;
    const timer = setTimeout(() => setLate(running), QUIET_RUN_MS);
    return () => clearTimeout(timer);
  }, [running]);
  return running !== null && late === running;
}
