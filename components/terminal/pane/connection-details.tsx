"use client";
import { type ReactNode, useEffect, useState } from "react";
import { formatBytes, formatClock, formatDuration, formatMs } from "#components/ui/format.ts";
import type { TranslatedAt } from "#protocol/session-event.ts";
import { LEAVE_CHORD, SEARCH_CHORD } from "../screen/terminal-keys.ts";
import type { SessionView } from "../session/session-view.ts";

/** Counters and ages; both are read, not watched. */
const REFRESH_MS = 1_000;

/** Where WebSocket frames become SPDY streams for the container runtime (KEP-4006): the newer, the nearer to the pod. */
const TRANSLATED: Record<TranslatedAt, string> = {
  kubelet: "at the kubelet",
  apiserver: "at the API server",
  porthole: "by Porthole, to SPDY all the way",
  unknown: "not known: the pod's node cannot be read",
};

export interface ConnectionDetailsProps {
  view: SessionView;
  /** Asked while the details are open; counting on every frame of output would draw the page for nothing. */
  traffic(): { receivedBytes: number; sentBytes: number };
}

/** Every hop of this terminal: how it travels, how long that takes, how much went through. */
export function ConnectionDetails({ view, traffic }: ConnectionDetailsProps) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const { path, roundTrips, upstreamMs, startedAt, id, state } = view;
  // Distances are shown only of a living connection, counters always: what went through has gone through.
  const attached = state.kind === "live" || state.kind === "behind";
  const roundTrip = roundTrips.at(-1);
  const { receivedBytes, sentBytes } = traffic();
  return (
    <div className="w-84 max-w-full overflow-y-auto p-3">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        <Row name="Subprotocol" mono>
          {path?.subprotocol ?? "none yet"}
        </Row>
        <Row name="Over">{path ? (path.transport === "spdy" ? "SPDY/3.1" : "WebSocket") : "nothing yet"}</Row>
        {path?.fallback && <Row name="Why">{path.fallback.words}</Row>}
        <Row name="Translated">{path?.translatedAt ? TRANSLATED[path.translatedAt] : "–"}</Row>
        <Row name="Handshake">{path ? formatMs(path.handshakeMs) : "–"}</Row>
        <Row name="Page to Porthole">{attached && roundTrip !== undefined ? formatMs(roundTrip) : "–"}</Row>
        <Row name="Porthole to API server">
          {attached && upstreamMs !== null ? formatMs(upstreamMs) : "–"}
        </Row>
        <Row name="Output">{formatBytes(receivedBytes)}</Row>
        <Row name="Input">{formatBytes(sentBytes)}</Row>
        <Row name="Started">
          {startedAt === null ? "–" : `${formatClock(startedAt)}, ${formatDuration(now - startedAt)} ago`}
        </Row>
        <Row name="Session" mono>
          {id ?? "–"}
        </Row>
      </dl>
      <p className="mt-2.5 border-line border-t pt-2.5 text-dim text-sm">
        {LEAVE_CHORD} moves the focus out of the terminal, {SEARCH_CHORD} searches it. Links open with Ctrl or
        Cmd and a click.
      </p>
    </div>
  );
}

function Row({ name, mono, children }: { name: string; mono?: boolean; children: ReactNode }) {
  return (
    <>
      <dt className="text-dim">{name}</dt>
      <dd className={mono ? "min-w-0 break-all font-mono" : "min-w-0 break-words tabular-nums"}>
        {children}
      </dd>
    </>
  );
}
