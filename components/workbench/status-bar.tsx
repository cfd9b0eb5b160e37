"use client";
import type { ReactNode } from "react";
import { StatusDot } from "#components/ui/control/marks.tsx";
import { Tooltip } from "#components/ui/control/tooltip.tsx";
import { formatMs } from "#components/ui/format.ts";
import type { ClusterInfo, LoginInfo } from "#protocol/api.ts";
import { useLayout } from "./layout/layout-store.ts";
import { ClusterName } from "./place/cluster-name.tsx";
import { shortVersion, streamsWords } from "./place/cluster-words.ts";
import type { Health } from "./place/use-health.ts";

interface StatusBarProps {
  info: LoginInfo;
  cluster: ClusterInfo | undefined;
  health: Health | null;
}

/**
 * How the cluster is and how far away; as whom this page acts there. One line that never wraps: on a narrow window,
 * where it would cost a line of the terminal, it is not shown at all.
 */
export function StatusBar({ info, cluster, health }: StatusBarProps) {
  return (
    <footer className="flex h-6.5 shrink-0 items-center gap-4 overflow-hidden whitespace-nowrap border-t bg-panel px-3.5 text-[0.71875rem] text-dim tabular-nums max-wide:hidden">
      {cluster && <ClusterState cluster={cluster} health={health} />}
      {/* Two distances, because they have two cures: a Porthole nearer to the person, or nearer to the cluster. */}
      {health?.pageMs != null && (
        <Fact
          text={`page ${formatMs(health.pageMs)}`}
          about="From this page to Porthole and back, and Porthole's own time"
        />
      )}
      {health?.latencyMs !== undefined && (
        <Fact
          text={`API server ${formatMs(health.latencyMs)}`}
          about="From Porthole to the cluster's API server and back"
        />
      )}
      <span className="flex-1" />
      {info.demo && (
        <Fact
          text={`demo: ${info.demo.isolation}`}
          about={`The demo cluster's containers are processes on the machine where Porthole runs: ${info.demo.isolation}.`}
        />
      )}
      {cluster && !info.demo && <As user={cluster.user} until={health?.credentialExpiresAt} />}
      <span>{info.mode === "demo" ? "demo" : "your kubeconfig"}</span>
      <span>Porthole {info.version}</span>
      <button
        type="button"
        className="cursor-pointer hover:text-text"
        onClick={() => useLayout.setState({ signingOut: true })}
      >
        Sign out
      </button>
    </footer>
  );
}

/** Never two at once: not asked yet, not reached, refused, reached with a version that says how streams go. */
function ClusterState({ cluster, health }: { cluster: ClusterInfo; health: Health | null }) {
  if (health === null) {
    return (
      <Line tone="idle">
        <ClusterName name={cluster.name} />,{" "}
        {cluster.problem === undefined ? "asking its API server" : "not usable"}
      </Line>
    );
  }
  if (!health.reachable) {
    return (
      <Line tone="bad">
        <ClusterName name={cluster.name} />: {health.problem ?? "does not answer"}
      </Line>
    );
  }
  // It answers, and takes nothing from us: a refusal is no green dot.
  if (health.code !== undefined) {
    return (
      <Line tone="bad">
        {cluster.name}: {health.problem}
      </Line>
    );
  }
  const streams = streamsWords(health.version ?? "");
  return (
    <Line tone={health.credentialWords ? "idle" : "ok"}>
      <ClusterName name={cluster.name} /> {health.version && shortVersion(health.version)}
      {streams !== "" && (
        <Fact text={`, ${streams}`} about="What this version does; a terminal's head says what it got" />
      )}
      {health.credentialWords && <span className="text-warn"> {health.credentialWords}</span>}
    </Line>
  );
}

/** Until when, where the credential says so itself. */
function As({ user, until }: { user: string; until: number | undefined }) {
  const name = <span className="truncate">as {user}</span>;
  if (until === undefined) return name;
  return <Tooltip content={`The credential holds until ${new Date(until).toLocaleString()}`}>{name}</Tooltip>;
}

function Line({ tone, children }: { tone: "ok" | "bad" | "idle"; children: ReactNode }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <StatusDot tone={tone} />
      <span className="truncate">{children}</span>
    </span>
  );
}

/** A number says little by itself; what it measures stands in the tooltip, for whoever wonders. */
function Fact({ text, about }: { text: string; about: string }) {
  return (
    <Tooltip content={about}>
      <span>{text}</span>
    </Tooltip>
  );
}
