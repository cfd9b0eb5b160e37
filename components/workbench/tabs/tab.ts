/** One tab: what it shows, what it is called, and how a list of them is read back. */
import { readRun, runDetail } from "#components/terminal/session/run-choice.ts";
import type { TerminalTarget } from "#components/terminal/session/session-api.ts";

export interface Tab {
  id: string;
  kind: "shell" | "log";
  target: TerminalTarget;
  /** The shell's session on the server; null before there is one, and for logs. */
  sessionId: string | null;
}

/** Deployment pods end in a hash and five letters, others in five letters or a number: enough to tell them apart. */
const GENERATED_NAME = /^(.+?)(?:-[a-f0-9]{6,10})?-([a-z0-9]{5})$/;

/** "payments-api b4lqz" for payments-api-7c9f6b5d4c-b4lqz. */
export function tabTitle({ target }: Tab): string {
  const parts = GENERATED_NAME.exec(target.pod);
  // Generated letters have no vowels (apimachinery util/rand), which tells them from a word of five letters.
  if (parts?.[1] && parts[2] && !/[aeiou]/.test(parts[2])) return `${parts[1]} ${parts[2]}`;
  return target.pod;
}

/** Set apart tabs of the same pod: the container when it differs, a number when nothing does. */
export function tabDetail(tab: Tab, tabs: readonly Tab[]): string {
  const same = tabs.filter(
    (other) =>
      other.kind === tab.kind &&
      other.target.cluster === tab.target.cluster &&
      other.target.namespace === tab.target.namespace &&
      other.target.pod === tab.target.pod,
  );
  // Same container as well: only a number is left. It is the place among them, and changes when one is closed.
  const twins = same.filter((other) => other.target.container === tab.target.container);
  const parts = [
    tab.kind === "log" ? "log" : runDetail(tab.target.run),
    same.length > twins.length ? tab.target.container : "",
    twins.length > 1 ? String(twins.indexOf(tab) + 1) : "",
  ];
  return parts.filter(Boolean).join(" ");
}

/** Of the tab, not of its session: a tab is there before its session, and may get another one. */
export function newTabId(): string {
  return crypto.randomUUID();
}

/** What was kept, without anything that is no tab: another version may have written it. */
export function readTabs(
  kept: { tabs?: unknown; active?: unknown },
  max: number,
): { tabs: Tab[]; active: string | null } {
  const tabs = Array.isArray(kept.tabs) ? kept.tabs.filter(isTab).slice(0, max).map(withKnownRun) : [];
  return { tabs, active: typeof kept.active === "string" ? kept.active : null };
}

function withKnownRun(tab: Tab): Tab {
  return tab.target.run === undefined
    ? tab
    : { ...tab, target: { ...tab.target, run: readRun(tab.target.run) } };
}

function isTab(value: unknown): value is Tab {
  const tab = value as Tab | null;
  const target = tab?.target;
  return (
    typeof tab?.id === "string" &&
    (tab.kind === "shell" || tab.kind === "log") &&
    (tab.sessionId === null || typeof tab.sessionId === "string") &&
    [target?.cluster, target?.namespace, target?.pod, target?.container].every(
      (name) => typeof name === "string",
    ) &&
    Array.isArray(target?.containers)
  );
}
