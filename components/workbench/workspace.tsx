"use client";
/**
 * Joins the rooms: pods at the left, tabs in the middle, forwards at the right, and the lines around them. Rooms do
 * not know each other: what one wants of another passes through here as a property, or through a store of this room.
 */
import { useEffect, useMemo } from "react";
import { portReason } from "#components/pods/list/pod-actions.ts";
import { PodsPanel } from "#components/pods/list/pods-panel.tsx";
import { useAccess } from "#components/pods/list/use-access.ts";
import { podKey } from "#components/pods/pod/pod.ts";
import { usePods } from "#components/pods/watch/use-pods.ts";
import { useForwardsStore } from "#components/portforward/forwards-store.ts";
import { ForwardsPanel, useForwardsPolling } from "#components/portforward/use-forwards.ts";
import { cn } from "#components/ui/cn.ts";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { useNarrow } from "#components/ui/page/use-narrow.ts";
import { Waiting } from "#components/ui/page/waiting.tsx";
import type { LoginInfo } from "#protocol/api.ts";
import { markHidden } from "#protocol/hidden-characters.ts";
import { Header } from "./header.tsx";
import { LaterDialogs } from "./later-dialogs.tsx";
import { restoreLayout, useLayout } from "./layout/layout-store.ts";
import { FORWARDS_PANEL_ID, usePanels } from "./layout/panels.ts";
import { SidePanel } from "./layout/side-panel.tsx";
import { Palette } from "./palette/palette.tsx";
import { calledName, restoreLooks, useLooks } from "./place/cluster-looks.ts";
import { ClusterName } from "./place/cluster-name.tsx";
import { isProduction } from "./place/cluster-words.ts";
import { LoginStrip, retryLogin } from "./place/login-strip.ts";
import { goToNamespace, selectPod, usePlace } from "./place/place-store.ts";
import { useAddress } from "./place/use-address.ts";
import { useClusters } from "./place/use-clusters.ts";
import { useHealth } from "./place/use-health.ts";
import { podCommands } from "./pod-commands.ts";
import { tabTitle } from "./tabs/tab.ts";
import { preloadTerminal, TabPanels } from "./tabs/tab-panels.tsx";
import { TabStrip } from "./tabs/tab-strip.tsx";
import { keepBells, keepTabs, useTabs } from "./tabs/tabs-store.ts";
import { useLeaveGuard } from "./tabs/use-leave-guard.ts";
import { useSessionsPolling } from "./tabs/use-sessions.ts";
import { useShortcuts } from "./use-shortcuts.ts";

const StartPage = lazyPart("start page", () => import("./start-page.tsx").then((module) => module.StartPage));
const ClusterNotice = lazyPart("clusters", () =>
  import("./place/cluster-notice.tsx").then((module) => module.ClusterNotice),
);
/** Seldom needed. */
const PlaceNotices = lazyPart("state of the kubeconfig", () =>
  import("./place/place-notices.tsx").then((module) => module.PlaceNotices),
);
const StatusBar = lazyPart("status", () => import("./status-bar.tsx").then((module) => module.StatusBar));
/** Of a narrow window. */
const BottomNav = lazyPart("views", () =>
  import("./layout/bottom-nav.tsx").then((module) => module.BottomNav),
);

export function Workspace({ info }: { info: LoginInfo }) {
  // The address first: it says which cluster the requests below are for.
  useAddress();
  useEffect(() => {
    restoreLayout();
    const stops = [restoreLooks(), keepTabs(), keepBells()];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  useForwardsPolling();
  useSessionsPolling();
  useLeaveGuard();

  const layout = useLayout();
  const place = usePlace();
  const narrow = useNarrow();
  const list = useClusters();
  const looks = useLooks((store) => store.looks);
  const { tabs, active, summaries, rung } = useTabs();
  const forwards = useForwardsStore((store) => store.forwards);

  // A cluster may be named by the address and not exist, or exist and have no usable credential. Nothing is asked of
  // either; the notice in the place of the pods says which of the two it is.
  const cluster = list.clusters.find((known) => known.name === place.cluster);
  const usable = cluster !== undefined && cluster.problem === undefined ? cluster : undefined;
  // Of the same name, but elsewhere or as somebody else: the kubeconfig was rewritten, and the list begins anew.
  const source = usable && `${usable.user} at ${usable.server}`;
  const feed = usePods(usable?.name ?? null, place.namespace, usable?.namespace ?? "default", source);
  const unsaid = place.cluster === null && list.noCurrent !== undefined ? list : null;
  const health = useHealth(usable?.name ?? null);

  // A pod that is gone stays selected by name: a StatefulSet's next one has the same and is selected at once.
  const pod = feed.pods.find((known) => known.key === place.selected);
  const namespace = pod?.namespace ?? null;
  const access = useAccess(usable?.name ?? null, namespace);
  const previews = info.previewOrigin !== null;
  // The same object as long as its ground holds: the palette's entries are made anew when it changes.
  const commands = useMemo(
    () =>
      podCommands({
        cluster: usable?.name ?? "",
        access: access !== null && namespace !== null ? { namespace, info: access } : null,
        previews,
      }),
    [usable?.name, access, namespace, previews],
  );
  useShortcuts(pod, commands);
  const leaving = useMemo(
    () => new Map(feed.pods.filter((known) => known.deletedBy).map((known) => [known.key, known.deletedBy])),
    [feed.pods],
  );

  // A selected pod is about to be opened; the 100 KB of xterm come while the person looks at it.
  useEffect(() => {
    if (place.selected !== null) preloadTerminal();
  }, [place.selected]);

  const activeTab = tabs.find((tab) => tab.id === active);
  // Among many browser tabs the pod tells them apart, so it comes first.
  useEffect(() => {
    const called = (name: string | null) => name && calledName(name, { looks });
    const names = activeTab
      ? [tabTitle(activeTab), called(activeTab.target.cluster)]
      : [called(place.cluster)];
    document.title = markHidden([...names, "Porthole"].filter(Boolean).join(" · "));
  }, [activeTab, place.cluster, looks]);
  // Also the cluster that is typed into counts, not only the one that is looked at.
  const production = [usable?.name, activeTab?.target.cluster].some(
    (name) => name !== undefined && isProduction(name, calledName(name, { looks })),
  );
  const { pods: podsPlace, forwards: forwardsPlace } = usePanels();
  // The pods are only hidden and keep filter and scroll, as terminals keep their screens. The forwards hold nothing.
  const showForwards = narrow
    ? layout.view === "forwards"
    : forwardsPlace !== null || layout.drawer === "forwards";

  return (
    <div
      className={cn("flex h-dvh flex-col", production && "border-2 border-bad")}
      data-production={production}
    >
      <Header
        clusters={list.clusters}
        onClusters={list.refresh}
        health={health}
        namespace={feed.namespace}
        restricted={feed.narrowed || feed.phase === "failed"}
        docked={{ pods: podsPlace !== null, forwards: forwardsPlace !== null }}
      />
      {(list.unread ?? list.missing ?? health?.credentialWords) && (
        <PlaceNotices.Part list={list} credential={health?.credentialWords} />
      )}
      {usable?.login && <LoginStrip.Part cluster={usable} onSignedIn={feed.retry} />}
      <main className="relative flex min-h-0 flex-1">
        <SidePanel name="pods" label="Pods" place={podsPlace}>
          {usable ? (
            <PodsPanel
              // Another cluster is another list: filter, scroll and folds of the one before mean nothing in it.
              key={usable.name}
              cluster={usable.name}
              feed={
                usable.login ? { ...feed, retry: () => void retryLogin(usable.name).then(feed.retry) } : feed
              }
              selected={place.selected}
              access={access}
              commands={commands}
              onSelect={selectPod}
              onNamespace={goToNamespace}
            />
          ) : list.loading && list.clusters.length === 0 ? (
            <Waiting className="p-3.5">Loading the clusters</Waiting>
          ) : (
            <ClusterNotice.Part
              list={list}
              wanted={place.cluster}
              cluster={cluster}
              asked={tabs.length === 0}
            />
          )}
        </SidePanel>
        <section
          aria-label="Terminals"
          className={cn(
            "flex min-h-0 min-w-0 flex-1 flex-col bg-term",
            layout.view !== "terminals" && "max-wide:hidden",
          )}
        >
          {tabs.length > 0 && (
            <TabStrip
              tabs={tabs}
              active={active}
              summaries={summaries}
              rung={rung}
              cluster={usable?.name ?? null}
            />
          )}
          {/* Always here, so that a pane once opened is never taken away by what is shown around it. */}
          <TabPanels
            tabs={tabs}
            active={active}
            seen={!narrow || layout.view === "terminals"}
            leaving={({ cluster: of, namespace, pod: name }) =>
              of === usable?.name ? (leaving.get(podKey(namespace, name)) ?? null) : null
            }
          />
          {tabs.length === 0 && (
            <StartPage.Part
              unsaid={unsaid}
              cluster={usable}
              pod={pod}
              container={place.container}
              // Where pods may not be listed, nothing is known of one but its name.
              named={!pod && (feed.phase === "failed" || feed.narrowed) ? place.selected : null}
              commands={commands}
              access={access}
              demo={info.demo}
            />
          )}
        </section>
        {showForwards && (
          <SidePanel name="forwards" label="Forwards" place={forwardsPlace} id={FORWARDS_PANEL_ID}>
            <ForwardsPanel.Part
              cluster={usable?.name ?? null}
              clusterName={(name) => <ClusterName name={name} />}
              onNew={() => pod && commands.forward(pod)}
              newReason={
                pod ? portReason(pod, access) : "Select a pod first: a forward leads to one of its ports."
              }
            />
          </SidePanel>
        )}
      </main>
      {narrow && <BottomNav.Part counts={{ terminals: tabs.length, forwards: forwards.length }} />}
      {/* Its height is kept for it: the terminals above must not be resized when it comes. */}
      <div className="h-6.5 shrink-0 overflow-hidden bg-panel max-wide:hidden">
        <StatusBar.Part info={info} cluster={cluster} health={health} />
      </div>
      <Palette pods={feed.pods} clusters={list.clusters} pod={pod} commands={commands} />
      <LaterDialogs info={info} />
    </div>
  );
}
