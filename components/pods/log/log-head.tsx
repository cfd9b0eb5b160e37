import { ArrowDownToLine, ChevronDown, Clock, Copy, Download, Ellipsis, History, Search } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Badge, type Tone } from "#components/ui/control/marks.tsx";
import { Tooltip } from "#components/ui/control/tooltip.tsx";
import { plural } from "#components/ui/format.ts";
import { Menu, MenuChoices, MenuItem, MenuLabel } from "#components/ui/overlay/menu.tsx";
import type { LogTarget } from "./log-source.ts";
import type { LogState } from "./log-state.ts";

/** "broken off", not "failed": the container did nothing wrong. */
const PHASES: Record<LogState["phase"], { tone: Tone; words: string }> = {
  connecting: { tone: "warn", words: "connecting" },
  live: { tone: "ok", words: "live" },
  ended: { tone: "neutral", words: "ended" },
  failed: { tone: "bad", words: "broken off" },
};

export interface LogHeadProps {
  target: LogTarget & { containers: readonly string[] };
  phase: LogState["phase"];
  previous: boolean;
  times: boolean;
  following: boolean;
  /** Lines that came since the view was held. */
  fresh: number;
  empty: boolean;
  onContainer: (container: string) => void;
  onPrevious: () => void;
  onTimes: () => void;
  onSearch: () => void;
  onCopy: () => void;
  onDownload: () => void;
  onFollowing: () => void;
}

/** What is read, and what can be done with it. */
export function LogHead(props: LogHeadProps) {
  const { target, previous, times, following, fresh } = props;
  const { namespace, pod, container, containers } = target;
  const phase = PHASES[props.phase];
  return (
    <div className="flex h-8 shrink-0 items-center gap-1.5 border-b pr-1.5 pl-3 text-dim text-sm max-wide:h-11">
      <h2 className="flex min-w-0 items-center gap-1.5 font-mono font-normal">
        <span className="truncate text-faint max-wide:hidden">{namespace} /</span>
        <span className="truncate text-text">{pod}</span>
        <span className="text-faint">/</span>
      </h2>
      <ContainerMenu container={container} containers={containers} onChange={props.onContainer} />
      <Badge tone={previous ? "neutral" : phase.tone}>{previous ? "previous run" : phase.words}</Badge>
      <span className="flex-1" />
      <Tool
        name="Previous run"
        hint="The log of the container's previous run"
        on={previous}
        wide
        onClick={props.onPrevious}
      >
        <History />
      </Tool>
      <Tool name="Times" hint="Times of the lines" on={times} wide onClick={props.onTimes}>
        <Clock />
      </Tool>
      <Tool name="Search" hint="Search in the log (Ctrl F)" onClick={props.onSearch}>
        <Search />
      </Tool>
      <Menu
        align="end"
        trigger={
          <Button size="sm" variant="ghost" square aria-label="More of the log">
            <Ellipsis />
          </Button>
        }
      >
        <MenuItem disabled={props.empty} onSelect={props.onCopy}>
          <Copy />
          Copy the log
        </MenuItem>
        <MenuItem disabled={props.empty} onSelect={props.onDownload}>
          <Download />
          Download the log
        </MenuItem>
        {/* A narrow window has no place for their buttons. */}
        <MenuItem className="wide:hidden" onSelect={props.onPrevious}>
          <History />
          {previous ? "Log of the present run" : "Log of the previous run"}
        </MenuItem>
        <MenuItem className="wide:hidden" onSelect={props.onTimes}>
          <Clock />
          {times ? "Hide the times" : "Show the times"}
        </MenuItem>
      </Menu>
      <Button
        size="sm"
        variant={following ? "ghost" : "primary"}
        aria-pressed={following}
        onClick={props.onFollowing}
      >
        <ArrowDownToLine />
        {following ? "Following" : fresh > 0 ? plural(fresh, "new line") : "Follow"}
      </Button>
    </div>
  );
}

interface ToolProps {
  name: string;
  hint: string;
  /** Stays pressed; absent for one that only acts. */
  on?: boolean;
  wide?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Tool({ name, hint, on, wide, onClick, children }: ToolProps) {
  return (
    <Tooltip content={hint}>
      <Button
        size="sm"
        variant="ghost"
        square
        aria-label={name}
        aria-pressed={on}
        className={`aria-pressed:bg-hover aria-pressed:text-text ${wide ? "max-wide:hidden" : ""}`}
        onClick={onClick}
      >
        {children}
      </Button>
    </Tooltip>
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
