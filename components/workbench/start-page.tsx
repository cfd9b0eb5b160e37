"use client";
import { type PodCommands, shellReason } from "#components/pods/list/pod-actions.ts";
import type { Pod } from "#components/pods/pod/pod.ts";
import { runDetail, runKind, sessionRun } from "#components/terminal/session/run-choice.ts";
import { cn } from "#components/ui/cn.ts";
import { Button } from "#components/ui/control/button.tsx";
import { ago, plural } from "#components/ui/format.ts";
import type { AccessInfo, ClusterInfo, LoginInfo } from "#protocol/api.ts";
import { KeyList } from "./key-list.tsx";
import { PAGE_KEYS } from "./keys.ts";
import { ClusterQuestion } from "./place/cluster-question.tsx";
import type { Clusters } from "./place/use-clusters.ts";
import { endShell, openSession } from "./tabs/open-tabs.ts";
import { useSessions } from "./tabs/use-sessions.ts";

interface StartPageProps {
  /** The clusters, while it is not said which is meant. */
  unsaid: Clusters | null;
  cluster: ClusterInfo | undefined;
  pod: Pod | undefined;
  /** Of the pod, when the address names one. */
  container: string | null;
  /** "namespace/name" of a pod that the address names and no list shows. */
  named: string | null;
  commands: PodCommands;
  access: AccessInfo | null;
  /** What there is to know when the clusters are the demo's. */
  demo: LoginInfo["demo"];
}

/** The middle while no tab is open: what to do, with which keys, and the shells that still run. */
export function StartPage({
  unsaid,
  cluster,
  pod,
  container,
  named,
  commands,
  access,
  demo,
}: StartPageProps) {
  const sessions = useSessions();
  const reason = pod && shellReason(pod, access);
  // The same words stand below the button as in its tooltip: a reason must not need a pointer to be read.
  return (
    <div className="flex flex-1 flex-col overflow-y-auto px-6 max-wide:px-4">
      <div className="m-auto flex w-full max-w-90 flex-col gap-6 py-8">
        <div>
          <h2 className="font-semibold text-lg">{unsaid ? "Which cluster?" : "No terminal is open"}</h2>
          {unsaid && <ClusterQuestion list={unsaid} />}
          <p className={cn("text-dim", unsaid && "hidden")}>
            {pod ? (
              <>
                <span className="break-all font-mono text-mono text-text">{pod.name}</span> is selected.
              </>
            ) : named ? (
              <>
                <span className="break-all font-mono text-mono text-text">{named}</span> is not listed, and
                may be there.
              </>
            ) : (
              emptyWords(cluster)
            )}
          </p>
          {pod && (
            <Button
              variant="primary"
              className="mt-3"
              reason={reason}
              onClick={() => commands.shell(pod, container ?? undefined)}
            >
              Open a shell
            </Button>
          )}
          {named && (
            <Button
              variant="primary"
              className="mt-3"
              onClick={() => commands.byName(named, container ?? "")}
            >
              Open a shell by this name
            </Button>
          )}
          {reason && <p className="mt-2 text-dim text-sm">{reason}</p>}
        </div>
        {/* A page that was closed left them; without this nobody would look for them under Sessions. */}
        {sessions.length > 0 && (
          <section aria-label="Sessions left running">
            <h3 className="mb-1 text-faint text-sm">{plural(sessions.length, "session")} left running</h3>
            <ul className="flex flex-col">
              {sessions.map((session) => (
                <li key={session.id} className="flex min-h-8 items-center gap-2">
                  <span className="min-w-0 flex-1 truncate font-mono text-mono">
                    {session.pod} <span className="text-faint">{runDetail(sessionRun(session))}</span>
                  </span>
                  <span className="shrink-0 text-faint text-sm">{ago(session.startedAt, Date.now())}</span>
                  <Button
                    size="sm"
                    variant="ghost"
                    aria-label={
                      session.attach ? `Detach from ${session.pod}` : `End the session in ${session.pod}`
                    }
                    onClick={() => void endShell(session.id, session.pod, runKind(sessionRun(session)))}
                  >
                    {session.attach ? "Detach" : "End"}
                  </Button>
                  <Button
                    size="sm"
                    aria-label={`Go back to the session in ${session.pod}`}
                    onClick={() => openSession(session)}
                  >
                    Go back
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        )}
        {/* A phone has none of these keys. */}
        <section aria-label="Keys" className="max-wide:hidden">
          <KeyList keys={PAGE_KEYS} />
        </section>
        {demo && (
          <p className="border-t pt-4 text-dim text-sm">
            This is the demo cluster. Its containers are real processes on the machine where Porthole runs (
            {demo.isolation}); nothing in it outlives Porthole.
          </p>
        )}
      </div>
    </div>
  );
}

/** The next step, whichever is missing: a pod to choose, or a cluster to choose it from. */
function emptyWords(cluster: ClusterInfo | undefined): string {
  return cluster ? "Select a pod, then open a shell in it." : "There is no cluster to open one in.";
}
