import { MoreHorizontal } from "lucide-react";
import { useEffect } from "react";
import { cn } from "#components/ui/cn.ts";
import { Button } from "#components/ui/control/button.tsx";
import { GridCell } from "#components/ui/control/grid.tsx";
import { StatusDot } from "#components/ui/control/marks.tsx";
import { Menu } from "#components/ui/overlay/menu.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import type { AccessInfo } from "#protocol/api.ts";
import type { Pod } from "../pod/pod.ts";
import { podAge, restartWords } from "../pod/pod-age.ts";
import { logsReason, type PodCommands, portReason, shellReason } from "./pod-actions.ts";
import type { Span } from "./pod-filter.ts";
import { PodName } from "./pod-name.tsx";

/** Comes when a pod is selected: a moment before it can be opened. */
const PodMenu = lazyPart("menu", () => import("./pod-menu.tsx").then((module) => module.PodMenu));

/** Only trouble is coloured: an age in colour would say that something is wrong with it. */
const TONE_TEXT = { ok: "text-faint", idle: "text-faint", warn: "text-warn", bad: "text-bad" } as const;

export function PodSummary({ pod, spans, now }: { pod: Pod; spans: readonly Span[]; now: number }) {
  return (
    <GridCell className="flex h-7 min-w-0 items-center gap-2 pr-3 max-wide:h-10">
      <StatusDot tone={pod.tone} className="mx-[3px]" />
      <PodName name={pod.name} suffixStart={pod.suffixStart} spans={spans} />
      <span className={cn("ml-auto shrink-0 pl-1 text-xs tabular-nums", TONE_TEXT[pod.tone])}>
        {meta(pod, now)}
      </span>
    </GridCell>
  );
}

/** What the selected pod shows below its name: its state in full, and the actions. */
export function PodDetails({
  pod,
  access,
  commands,
  now,
}: {
  pod: Pod;
  access: AccessInfo | null;
  commands: PodCommands;
  now: number;
}) {
  useEffect(PodMenu.preload, []);
  // The first reason that keeps the pod closed is also written out below: a tooltip is found by few.
  const shell = shellReason(pod, access);
  const port = pod.ports[0];
  const refused = shell ?? portReason(pod, access);
  return (
    <GridCell className="flex flex-col gap-1.5 pr-3 pb-2.5 pl-[22px]">
      <p className="text-dim text-sm tabular-nums">{details(pod, now)}</p>
      {/* The cluster's own words, cut: a message may be a page long, and a pod's author writes parts of it. */}
      {pod.message !== "" && pod.tone !== "ok" && (
        <p className="line-clamp-3 break-words text-dim text-sm" title={pod.message}>
          {pod.message}
        </p>
      )}
      <div className="flex flex-wrap gap-1.5">
        <Button size="sm" variant="primary" reason={shell} onClick={() => commands.shell(pod)}>
          Shell
        </Button>
        <Button size="sm" reason={logsReason(pod, access)} onClick={() => commands.logs(pod)}>
          Logs
        </Button>
        <Button
          size="sm"
          reason={portReason(pod, access)}
          onClick={() => (port ? commands.openPort(pod, port.port) : commands.forward(pod))}
        >
          {port ? `Open :${port.port}` : "Forward"}
        </Button>
        <Menu
          trigger={
            <Button size="sm" variant="ghost" square aria-label={`More for ${pod.name}`}>
              <MoreHorizontal />
            </Button>
          }
        >
          <PodMenu.Part pod={pod} access={access} commands={commands} />
        </Menu>
      </div>
      {refused && <p className="text-dim text-sm">{refused}</p>}
    </GridCell>
  );
}

/** At the right of the name: the age of a healthy pod, the trouble of another. */
function meta(pod: Pod, now: number): string {
  if (pod.tone === "ok") return podAge(pod.createdAt, now);
  if (pod.word !== "Running") return pod.word;
  const restarts = restartWords(pod.restarts, null, now);
  return `${pod.ready}/${pod.total}${restarts && ` · ${restarts}`}`;
}

function details(pod: Pod, now: number): string {
  const parts = [
    pod.word,
    `${pod.ready}/${pod.total} ready`,
    restartWords(pod.restarts, pod.restartedAt, now),
    podAge(pod.createdAt, now),
    pod.node,
  ];
  return parts.filter(Boolean).join(" · ");
}
