"use client";
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { formatClockSeconds, plural } from "#components/ui/format.ts";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { Notice } from "#components/ui/page/notice.tsx";
import { Waiting } from "#components/ui/page/waiting.tsx";
import type { AccessInfo } from "#protocol/api.ts";
import type { Pod } from "../pod/pod.ts";
import type { PodFeed } from "../watch/use-pods.ts";
import { goesOn, type PodCommands } from "./pod-actions.ts";
import { PodFilterBox } from "./pod-filter-box.tsx";
import { PodList } from "./pod-list.tsx";
import { needsAttention, podRows } from "./pod-rows.ts";

interface PodsPanelProps {
  cluster: string;
  feed: PodFeed;
  selected: string | null;
  access: AccessInfo | null;
  commands: PodCommands;
  onSelect: (key: string) => void;
  onNamespace: (namespace: string | null) => void;
}

/** Comes when a list does not: before that nobody needs its words. */
const PodsProblem = lazyPart("reason", () =>
  import("./pods-notice.tsx").then((module) => module.PodsProblem),
);

/** Of Page Up and Page Down: the rows have two heights, so a page is not counted exactly. */
const PAGE_ROWS = 10;

/** Where pods are found: a filter, the list, and in the list's place what keeps it away. */
export function PodsPanel(props: PodsPanelProps) {
  const { feed, selected, commands, onSelect } = props;
  const [query, setQuery] = useState("");
  const [onlyTrouble, setOnlyTrouble] = useState(false);
  // Letters appear at once; thousands of pods are matched when there is time.
  const deferredQuery = useDeferredValue(query);
  const trouble = useMemo(() => feed.pods.filter(needsAttention).length, [feed.pods]);
  const { rows, pods, best } = useMemo(
    () => podRows(feed.pods, deferredQuery, onlyTrouble && trouble > 0),
    [feed.pods, deferredQuery, onlyTrouble, trouble],
  );

  // Typing selects what it means, so that Enter can follow at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a pod that comes or goes must not move the selection
  useEffect(() => {
    if (deferredQuery !== "" && best) onSelect(best.key);
  }, [deferredQuery]);

  // From no selection the first step down selects the first pod. At the ends it stays: a list that wraps loses people.
  const move = (step: number) => {
    const at = pods.findIndex((pod) => pod.key === selected);
    const from = at < 0 && step > 0 ? -1 : Math.max(at, 0);
    const next = pods[Math.min(pods.length - 1, Math.max(0, from + step))];
    if (next) onSelect(next.key);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // A click leaves the focus on its row. Enter on a button inside the list is the button's.
    const inList = event.target instanceof HTMLElement && event.target.matches("[role=grid],[role=row]");
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: PAGE_ROWS,
      PageUp: -PAGE_ROWS,
      ...(inList ? { Home: -pods.length, End: pods.length } : {}),
    };
    const step = steps[event.key];
    // The list may lag behind fast fingers; Enter means what has been typed.
    const typedAhead = event.target instanceof HTMLInputElement && query !== deferredQuery;
    const pod = typedAhead
      ? podRows(feed.pods, query, onlyTrouble && trouble > 0).best
      : (pods.find((candidate) => candidate.key === selected) ?? (query === "" ? undefined : best));
    if (step !== undefined) move(step);
    else if (event.key === "Enter" && pod && (inList || event.target instanceof HTMLInputElement))
      commands.shell(pod);
    else return;
    event.preventDefault();
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-10.5 shrink-0 items-center justify-between gap-2 pr-3 pl-3.5">
        <h2 className="font-semibold">Pods</h2>
        <span className="truncate text-faint text-sm tabular-nums">{countWords(feed)}</span>
      </div>
      <PodFilterBox
        query={query}
        onQuery={setQuery}
        selected={pods.some((pod) => pod.key === selected) ? selected : null}
        listed={pods.length > 0}
        onKeyDown={onKeyDown}
      />
      {/* Not there when all is well: a button that finds nothing is one more thing to read. */}
      {trouble > 0 && (
        <div className="px-2 pb-1">
          <Button
            size="sm"
            variant="ghost"
            aria-pressed={onlyTrouble}
            onClick={() => setOnlyTrouble(!onlyTrouble)}
            className="h-6! px-1.5! text-warn! aria-pressed:bg-warn-bg"
          >
            {plural(trouble, "pod needs", "pods need")} attention
          </Button>
        </div>
      )}
      <FeedNotices {...props} query={query} found={pods.length} clear={() => setQuery("")} />
      {pods.length > 0 && (
        <PodList
          rows={rows}
          selected={selected}
          showNamespace={feed.namespace === null}
          access={props.access}
          commands={commands}
          onSelect={(pod: Pod) => onSelect(pod.key)}
          onKeyDown={onKeyDown}
        />
      )}
    </div>
  );
}

function countWords({ pods, namespace, cut }: PodFeed): string {
  if (pods.length === 0) return "";
  if (namespace !== null) return `${pods.length} in ${namespace}`;
  const namespaces = new Set(pods.map((pod) => pod.namespace)).size;
  return `${pods.length}${cut ? " of more" : ""} in ${plural(namespaces, "namespace")}`;
}

/** The states in which the list is not simply there. */
function FeedNotices(props: PodsPanelProps & { query: string; found: number; clear: () => void }) {
  const { cluster, feed, query, found, onNamespace } = props;
  if (feed.phase === "failed" && feed.problem) {
    return (
      <PodsProblem.Part
        cluster={cluster}
        namespace={feed.namespace}
        problem={feed.problem}
        onRetry={feed.retry}
        onNamespace={onNamespace}
        onByName={() => props.commands.byName(`${feed.namespace ?? ""}/`)}
      />
    );
  }
  const where = feed.namespace === null ? cluster : feed.namespace;
  // Said only of a list that is whole: while it loads, the pod may be in the next page.
  const lost =
    feed.phase === "live" && props.selected !== null && !feed.pods.some((pod) => pod.key === props.selected);
  return (
    <>
      {feed.phase === "loading" && (
        <Waiting className="px-3.5 py-2">
          {feed.pods.length === 0
            ? `Loading the pods of ${where}`
            : `Loading more pods, ${feed.pods.length} so far`}
        </Waiting>
      )}
      {feed.phase === "stale" && feed.knownAt !== null && (
        <Notice
          tone="warn"
          title={`Not live: showing what was known at ${formatClockSeconds(feed.knownAt)}`}
          className="border-line border-y bg-raise"
          actions={
            <Button size="sm" onClick={feed.retry}>
              Try now
            </Button>
          }
        >
          {feed.problem ? goesOn(feed.problem.message) : "Catching up with the cluster."}
        </Notice>
      )}
      {feed.phase === "polled" && feed.knownAt !== null && (
        <p className="break-words px-3.5 pb-1.5 text-dim text-sm" title={feed.problem?.message}>
          Not live: as of {formatClockSeconds(feed.knownAt)}. Pods can be listed here and not watched, so the
          list is read again every few seconds.
        </p>
      )}
      {feed.narrowed && (
        <p className="px-3.5 pb-1.5 text-dim text-sm">
          You may not list all namespaces of this cluster; this is {feed.namespace}.
        </p>
      )}
      {lost && (
        <p className="break-words px-3.5 pb-1.5 text-dim text-sm">
          <span className="font-mono">{props.selected}</span> is not here, or not any more.
        </p>
      )}
      {(feed.phase === "live" || feed.phase === "polled") && feed.pods.length === 0 && (
        <Notice title={`There are no pods in ${where}`}>
          New ones appear here by themselves.
          {feed.namespace !== null && " Another namespace may have some."}
        </Notice>
      )}
      {feed.pods.length > 0 && found === 0 && (
        <Notice
          title={query === "" ? "No pod needs attention any more" : `No pod matches “${query}”`}
          actions={
            query !== "" && (
              <Button size="sm" onClick={props.clear}>
                Clear the filter
              </Button>
            )
          }
        >
          {query !== "" && "Names, namespaces, workloads and states were searched."}
        </Notice>
      )}
    </>
  );
}
