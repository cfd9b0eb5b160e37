"use client";
import { ArrowDownToLine, ChevronDown, Clock, History } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Badge, type Tone } from "#components/ui/control/marks.tsx";
import { Tooltip } from "#components/ui/control/tooltip.tsx";
import { plural } from "#components/ui/format.ts";
import { Menu, MenuChoices, MenuLabel } from "#components/ui/overlay/menu.tsx";
import { Notice } from "#components/ui/page/notice.tsx";
import { Waiting } from "#components/ui/page/waiting.tsx";
import { LogLines } from "./log-lines.tsx";
import type { LogState, LogTarget } from "./log-stream.ts";
import { useLog } from "./use-log.ts";

interface LogPaneProps {
  target: LogTarget & { containers: string[] };
  active: boolean;
  onContainerChange: (container: string) => void;
}

/** "broken off", not "failed": the container did nothing wrong. */
const PHASES: Record<LogState["phase"], { tone: Tone; words: string }> = {
  connecting: { tone: "warn", words: "connecting" },
  live: { tone: "ok", words: "live" },
  ended: { tone: "neutral", words: "ended" },
  failed: { tone: "bad", words: "broken off" },
};

/** The log of a container, as it is written. Scrolling up holds the view; new lines are counted meanwhile. */
export function LogPane({ target, active, onContainerChange }: LogPaneProps) {
  const { cluster, namespace, pod, container } = target;
  const [previous, setPrevious] = useState(false);
  const [times, setTimes] = useState(false);
  const log = useLog(cluster, namespace, pod, container, previous, active);
  /** The lines as they were when the view was held; null while it follows. */
  const [held, setHeld] = useState<LogState | null>(null);
  const shown = held ?? log;
  const phase = PHASES[log.phase];
  const last = log.lines.at(-1)?.id ?? -1;
  // By ids, not by lengths: the front may have been cut off meanwhile.
  const fresh = held === null ? 0 : last - (held.lines.at(-1)?.id ?? -1);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-8 shrink-0 items-center gap-1.5 border-b pr-1.5 pl-3 text-dim text-sm max-wide:h-11">
        <h2 className="flex min-w-0 items-center gap-1.5 font-mono font-normal">
          <span className="truncate text-faint max-wide:hidden">{namespace} /</span>
          <span className="truncate text-text">{pod}</span>
          <span className="text-faint">/</span>
        </h2>
        <ContainerMenu container={container} containers={target.containers} onChange={onContainerChange} />
        <Badge tone={previous ? "neutral" : phase.tone}>{previous ? "previous run" : phase.words}</Badge>
        <span className="flex-1" />
        <Tooltip content="The log of the container's previous run">
          <Button
            size="sm"
            variant="ghost"
            square
            aria-label="Previous run"
            aria-pressed={previous}
            className="aria-pressed:bg-hover aria-pressed:text-text"
            onClick={() => {
              // What was held belongs to the other run.
              setHeld(null);
              setPrevious(!previous);
            }}
          >
            <History />
          </Button>
        </Tooltip>
        <Tooltip content="Times of the lines">
          <Button
            size="sm"
            variant="ghost"
            square
            aria-label="Times"
            aria-pressed={times}
            className="aria-pressed:bg-hover aria-pressed:text-text"
            onClick={() => setTimes(!times)}
          >
            <Clock />
          </Button>
        </Tooltip>
        <Button
          size="sm"
          variant={held === null ? "ghost" : "primary"}
          aria-pressed={held === null}
          onClick={() => setHeld(held === null ? log : null)}
        >
          <ArrowDownToLine />
          {held === null ? "Following" : fresh > 0 ? plural(fresh, "new line") : "Follow"}
        </Button>
      </div>
      {shown.dropped > 0 && (
        <p className="border-b bg-panel px-3 py-1 text-dim text-sm">
          {plural(shown.dropped, "earlier line")} dropped; the page keeps the last{" "}
          {plural(shown.lines.length, "line")}.
        </p>
      )}
      <LogLines
        lines={shown.lines}
        times={times}
        following={held === null}
        onHold={() => setHeld((before) => before ?? log)}
        onFollow={() => setHeld(null)}
      />
      <LogEnd log={log} previous={previous} />
    </div>
  );
}

function ContainerMenu({
  container,
  containers,
  onChange,
}: {
  container: string;
  containers: readonly string[];
  onChange: (container: string) => void;
}) {
  if (containers.length < 2) return <span className="truncate font-mono">{container}</span>;
  return (
    <Menu
      trigger={
        <Button
          size="sm"
          variant="ghost"
          aria-label={`Container: ${container}`}
          className="min-w-0 px-1! font-mono"
        >
          <span className="truncate">{container}</span>
          <ChevronDown />
        </Button>
      }
    >
      <MenuLabel>Log of</MenuLabel>
      <MenuChoices
        label="Container"
        value={container}
        onChange={onChange}
        choices={containers.map((name) => ({ value: name, label: name }))}
      />
    </Menu>
  );
}

/** Below the lines, where the reader is: why no more come, and how they may. */
function LogEnd({ log, previous }: { log: ReturnType<typeof useLog>; previous: boolean }) {
  const again = (
    <Button size="sm" onClick={log.readOn}>
      {log.lines.length === 0 ? "Try again" : "Read on"}
    </Button>
  );
  if (log.phase === "connecting") return <Waiting className="px-3.5 py-2.5">Loading the log</Waiting>;
  if (log.phase === "failed") {
    return (
      <Notice tone="bad" title="The log broke off" actions={again} className="border-t">
        {log.problem}
      </Notice>
    );
  }
  if (log.phase === "ended" && !previous) {
    return (
      <Notice title="The log has ended: the container stopped" actions={again} className="border-t">
        {log.lines.length === 0 && "It wrote nothing."}
      </Notice>
    );
  }
  if (log.lines.length === 0) return <Notice title="Nothing has been written yet" />;
  return null;
}
