"use client";
import { Command } from "cmdk";
import { useEffect, useMemo, useState } from "react";
import type { PodCommands } from "#components/pods/list/pod-actions.ts";
import { forwardLink } from "#components/portforward/forward-changes.ts";
import { openWindow } from "#components/portforward/open-port.ts";
import { targetWords } from "#components/portforward/target-words.ts";
import { runDetail, sessionRun } from "#components/terminal/session/run-choice.ts";
import { StatusDot } from "#components/ui/control/marks.tsx";
import { copyText } from "#components/ui/overlay/clipboard.ts";
import { Dialog } from "#components/ui/overlay/dialog.tsx";
import type { ForwardInfo } from "#protocol/api.ts";
import { useLayout } from "../layout/layout-store.ts";
import { ClusterName } from "../place/cluster-name.tsx";
import { goToCluster, selectPod } from "../place/place-store.ts";
import { openSession } from "../tabs/open-tabs.ts";
import { activateTab } from "../tabs/tabs-store.ts";
import { type PaletteEntry, paletteSections } from "./palette-entries.ts";
import { type PaletteContext, usePaletteSources } from "./use-palette-sources.ts";

interface PaletteListProps extends PaletteContext {
  /** What was typed before this was there. */
  typed: () => { text: string; entered: boolean };
  close: () => void;
}

export function PaletteDialog(props: PaletteListProps) {
  return (
    <Dialog open onOpenChange={props.close} title="Find" bare className="w-144">
      <PaletteList {...props} />
    </Dialog>
  );
}

/** What was typed, and below it what that may mean. */
function PaletteList({ typed, close, ...context }: PaletteListProps) {
  const sources = usePaletteSources(context);
  const [query, setQuery] = useState(() => typed().text);
  const sections = useMemo(() => paletteSections(sources, query), [sources, query]);
  const run = (entry: PaletteEntry) => {
    close();
    runEntry(entry, context.commands);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed before this was there
  useEffect(() => {
    const first = sections[0]?.entries[0];
    if (typed().entered && first) run(first);
  }, []);
  return (
    // Sections filter and sort by themselves: pods by how well they match, and that is not cmdk's score.
    <Command shouldFilter={false} loop label="Find" className="flex max-h-[70dvh] flex-col">
      <Command.Input
        data-autofocus
        autoFocus
        value={query}
        onValueChange={setQuery}
        placeholder="Find a pod, session, forward, cluster or action"
        className="h-11 shrink-0 border-b bg-transparent px-3.5 text-[0.875rem] outline-none placeholder:text-faint max-wide:text-[1rem]"
      />
      <Command.List className="min-h-0 overflow-y-auto p-1.5">
        {sections.length === 0 && <p className="px-2 py-2 text-dim">Nothing matches “{query}”.</p>}
        {sections.map(({ heading, entries }) => (
          <Command.Group
            key={heading}
            heading={heading}
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs"
          >
            {entries.map((entry) => (
              <Command.Item
                key={entryKey(entry)}
                value={entryKey(entry)}
                onSelect={() => run(entry)}
                className="flex min-h-8 items-center gap-2 rounded-sm px-2 data-[selected=true]:bg-hover max-wide:min-h-10"
              >
                <EntryLine entry={entry} />
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}

/** The verb faint, the name in front: a list is read down its names. */
function EntryLine({ entry }: { entry: PaletteEntry }) {
  const line = entryLine(entry);
  return (
    <>
      {"pod" in entry && <StatusDot tone={entry.pod.tone} />}
      <span className="min-w-0 flex-1 truncate">
        {line.verb !== "" && <span className="text-dim">{line.verb} </span>}
        {entry.type === "cluster" ? (
          <ClusterName name={entry.cluster.name} className="max-w-[90%] align-bottom font-mono text-mono" />
        ) : (
          <span className={entry.type === "action" ? "" : "font-mono text-mono"}>{line.name}</span>
        )}
      </span>
      <span className="min-w-0 max-w-[45%] truncate text-faint text-sm">{line.hint}</span>
    </>
  );
}

/** In words. A verb is there only where the entry is not simply opened. */
function entryLine(entry: PaletteEntry): { verb: string; name: string; hint: string } {
  switch (entry.type) {
    case "shell":
      return { verb: "", name: entry.pod.name, hint: `${entry.pod.namespace} · shell` };
    case "logs":
      return { verb: "Logs of", name: entry.pod.name, hint: entry.pod.namespace };
    case "port":
      return { verb: "Open", name: `${entry.pod.name} : ${entry.port}`, hint: entry.pod.namespace };
    case "tab":
      return {
        verb: "",
        name: entry.title,
        hint: [entry.detail, entry.tab.target.namespace].filter(Boolean).join(" · "),
      };
    case "session":
      return {
        verb: "",
        name: entry.session.pod,
        hint: [runDetail(sessionRun(entry.session)), entry.session.namespace, entry.session.container]
          .filter(Boolean)
          .join(" · "),
      };
    case "forward":
      return {
        verb: entry.forward.url === null ? "Copy the address of" : "Open",
        name: targetWords(entry.forward),
        hint: entry.forward.local ?? entry.forward.namespace,
      };
    case "cluster":
      return { verb: "Go to", name: entry.cluster.name, hint: entry.cluster.server };
    case "action":
      return { verb: "", name: entry.action.label, hint: entry.action.hint ?? "" };
  }
}

/** Unique over all sections: cmdk tells its items apart by this value, and selects two with the same as one. */
function entryKey(entry: PaletteEntry): string {
  switch (entry.type) {
    case "shell":
    case "logs":
      return `${entry.type} ${entry.pod.key}`;
    case "port":
      return `port ${entry.pod.key} ${entry.port}`;
    case "tab":
      return `tab ${entry.tab.id}`;
    case "session":
      return `session ${entry.session.id}`;
    case "forward":
      return `forward ${entry.forward.id}`;
    case "cluster":
      return `cluster ${entry.cluster.name}`;
    case "action":
      return `action ${entry.action.label}`;
  }
}

/** The same commands as of the buttons, so that a refusal has the same words. */
function runEntry(entry: PaletteEntry, commands: PodCommands): void {
  // The list shows what the palette acted on, so that its next action is where the person looks.
  if ("pod" in entry) selectPod(entry.pod.key);
  switch (entry.type) {
    case "shell":
      commands.shell(entry.pod);
      break;
    case "logs":
      commands.logs(entry.pod);
      break;
    case "port":
      commands.openPort(entry.pod, entry.port);
      break;
    case "tab":
      useLayout.setState({ view: "terminals", drawer: null });
      activateTab(entry.tab.id);
      break;
    case "session":
      openSession(entry.session);
      break;
    case "forward":
      runForward(entry.forward);
      break;
    case "cluster":
      goToCluster(entry.cluster.name);
      break;
    case "action":
      entry.action.run();
  }
}

/** A forward without a web address is for other programs: they need its TCP port. */
function runForward(forward: ForwardInfo): void {
  if (forward.url !== null) void openWindow(targetWords(forward), () => forwardLink(forward.id));
  else if (forward.local !== null) void copyText(forward.local, "address");
}
