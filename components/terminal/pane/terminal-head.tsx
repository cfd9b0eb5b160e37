"use client";
import { ChevronDown, Search } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Badge } from "#components/ui/control/marks.tsx";
import { Menu, MenuChoices, MenuLabel } from "#components/ui/overlay/menu.tsx";
import { Popover } from "#components/ui/overlay/popover.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import type { TerminalTarget } from "../session/session-api.ts";
import { stateBadge } from "../session/state-words.ts";
import type { ConnectionDetailsProps } from "./connection-details.tsx";
import { RoundTripPlot } from "./round-trip-plot.tsx";
import { TerminalMenu } from "./terminal-menu.tsx";
import type { TerminalMenuItemsProps } from "./terminal-menu-items.tsx";

/** Come when they are first asked for, like the search addon: the first terminal does without. */
const ConnectionDetails = lazyPart("details", () =>
  import("./connection-details.tsx").then((module) => module.ConnectionDetails),
);

interface TerminalHeadProps extends ConnectionDetailsProps, TerminalMenuItemsProps {
  target: TerminalTarget;
  /** The program's own title, cleaned. */
  title: string | null;
  onContainerChange(container: string): void;
}

/**
 * Where this terminal is, how it travels, how fast: one line above it. The program's title is its own claim and stands
 * apart, faint, behind the place, which is ours.
 */
export function TerminalHead({
  target,
  title,
  onContainerChange,
  view,
  traffic,
  ...menu
}: TerminalHeadProps) {
  const [detailsOpen, setDetailsOpen] = useState(false);
  const badge = stateBadge(view.state, view.path);
  const attached = view.state.kind === "live" || view.state.kind === "behind";
  return (
    <div className="flex h-7.5 shrink-0 items-center gap-2.5 border-line border-b px-3 text-dim text-sm max-wide:h-9">
      <span className="flex min-w-0 items-center font-mono text-text">
        {/* The pod's name gives way last: it is what tells two terminals apart. */}
        <span className="shrink-0 text-faint max-wide:hidden">{target.namespace} /&nbsp;</span>
        <span className="truncate" title={target.pod}>
          {target.pod}
        </span>
        <span className="shrink-0 text-faint">&nbsp;/&nbsp;</span>
        <ContainerName target={target} onContainerChange={onContainerChange} />
      </span>
      <Popover
        open={detailsOpen}
        onOpenChange={setDetailsOpen}
        label="Connection details"
        trigger={
          <button
            type="button"
            aria-label={`${badge.text}, connection details`}
            className="shrink-0 rounded-full"
          >
            <Badge tone={badge.tone} data-testid="terminal-state">
              {badge.text}
            </Badge>
          </button>
        }
      >
        <ConnectionDetails.Part view={view} traffic={traffic} />
      </Popover>
      {title && (
        <span className="min-w-0 flex-1 truncate text-faint max-wide:hidden" title={title}>
          {title}
        </span>
      )}
      <span className="ml-auto" />
      {/* Without a connection the last measurement is no measurement. */}
      {attached && <RoundTripPlot roundTrips={view.roundTrips} />}
      <span className="-mr-1.5 flex shrink-0 items-center max-wide:hidden">
        <Button variant="ghost" size="sm" square aria-label="Search in the terminal" onClick={menu.onSearch}>
          <Search />
        </Button>
      </span>
      <TerminalMenu {...menu} />
    </div>
  );
}

/** A name while there is nothing to choose, a menu when there is. */
function ContainerName({
  target,
  onContainerChange,
}: Pick<TerminalHeadProps, "target" | "onContainerChange">) {
  const others = target.containers.filter((name) => name !== target.container);
  if (others.length === 0) return <span className="max-w-40 truncate">{target.container}</span>;
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Container ${target.container}, choose another`}
          className="flex min-w-0 items-center gap-1 rounded-sm hover:text-accent"
        >
          <span className="max-w-40 truncate">{target.container}</span>
          <ChevronDown className="size-3 shrink-0 text-faint" />
        </button>
      }
    >
      <MenuLabel>A shell in another container of this pod</MenuLabel>
      <MenuChoices
        label="Container"
        value={target.container}
        choices={[target.container, ...others].map((name) => ({ value: name, label: name }))}
        onChange={(name) => {
          if (name !== target.container) onContainerChange(name);
        }}
      />
    </Menu>
  );
}
