"use client";
import { useMemo } from "react";
import type { PodCommands } from "#components/pods/list/pod-actions.ts";
import type { Pod } from "#components/pods/pod/pod.ts";
import { useForwardsStore } from "#components/portforward/forwards-store.ts";
import { setTheme, useTheme } from "#components/ui/page/use-theme.ts";
import type { ClusterInfo } from "#protocol/api.ts";
import { useLayout } from "../layout/layout-store.ts";
import { toggleBothPanels, togglePanel } from "../layout/panels.ts";
import { goToNamespace, usePlace } from "../place/place-store.ts";
import { closeTab } from "../tabs/open-tabs.ts";
import { useTabs } from "../tabs/tabs-store.ts";
import { useSessions } from "../tabs/use-sessions.ts";
import type { PaletteAction, PaletteSources } from "./palette-entries.ts";

export interface PaletteContext {
  pods: readonly Pod[];
  clusters: readonly ClusterInfo[];
  /** The selected one. */
  pod: Pod | undefined;
  commands: PodCommands;
}

/** Everything the palette can find, and the actions that belong to nothing in particular. */
export function usePaletteSources({ pods, clusters, pod, commands }: PaletteContext): PaletteSources {
  const { tabs, active } = useTabs();
  const sessions = useSessions();
  const forwards = useForwardsStore((store) => store.forwards);
  const { cluster, namespace } = usePlace();
  const theme = useTheme();

  // Every pod is matched again for a new value, so it is a new one only when something changed.
  return useMemo(() => {
    // Only what can be done now: an action that would do nothing is not found.
    const actions: PaletteAction[] = [];
    if (pod)
      actions.push({ label: "Forward another port", hint: pod.name, run: () => commands.forward(pod) });
    if (pod)
      actions.push({
        label: "Another shell, a command, attach…",
        hint: pod.name,
        run: () => commands.choose(pod),
      });
    if (cluster !== null) {
      actions.push({ label: "Open a pod by its name…", run: () => commands.byName(`${namespace ?? ""}/`) });
    }
    if (active !== null) actions.push({ label: "Close this tab", run: () => closeTab(active) });
    if (namespace !== null) actions.push({ label: "Show all namespaces", run: () => goToNamespace(null) });
    if (cluster !== null) {
      actions.push({
        label: "Name and colour of this cluster",
        run: () => useLayout.setState({ lookTarget: cluster }),
      });
      // Without a pod the doctor takes one that runs in the namespace. "default" exists in every cluster.
      const where = { cluster, namespace: pod?.namespace ?? namespace ?? "default" };
      actions.push({
        label: `Check the path to ${pod?.name ?? "a pod"}`,
        hint: "doctor",
        run: () => useLayout.setState({ doctorTarget: { ...where, ...(pod ? { pod: pod.name } : {}) } }),
      });
    }
    actions.push(
      { label: "Show or fold the pods", run: () => togglePanel("pods") },
      { label: "Show or fold the forwards", run: () => togglePanel("forwards") },
      { label: "Hide both panels, or show them again", hint: "Ctrl Shift B", run: toggleBothPanels },
      { label: "Theme: dark", hint: theme === "dark" ? "now" : "", run: () => setTheme("dark") },
      { label: "Theme: light", hint: theme === "light" ? "now" : "", run: () => setTheme("light") },
      { label: "Theme: as the system", hint: theme === "system" ? "now" : "", run: () => setTheme("system") },
      { label: "Show the keys", hint: "?", run: () => useLayout.setState({ keysOpen: true }) },
      { label: "Sign out…", run: () => useLayout.setState({ signingOut: true }) },
    );
    return { pods, tabs, sessions, forwards, clusters, cluster, actions };
  }, [pods, tabs, active, sessions, forwards, clusters, cluster, namespace, pod, commands, theme]);
}
