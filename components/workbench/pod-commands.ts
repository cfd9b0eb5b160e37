"use client";
/** What the buttons, the keys and the palette do with a pod; each says why when it cannot be done. */
import {
  logsReason,
  type PodCommands,
  portReason,
  runningContainers,
  shellContainer,
  shellReason,
} from "#components/pods/list/pod-actions.ts";
import type { Pod } from "#components/pods/pod/pod.ts";
import { openPort } from "#components/portforward/open-port.ts";
import { toast } from "#components/ui/overlay/toast.tsx";
import type { AccessInfo } from "#protocol/api.ts";
import { useLayout } from "./layout/layout-store.ts";
import { keptRun } from "./open/kept-runs.ts";
import { openLog, openShell } from "./tabs/open-tabs.ts";

export interface PodCommandContext {
  cluster: string;
  /** What is known of the rights in the selected pod's namespace. */
  access: { namespace: string; info: AccessInfo } | null;
  /** False when the server offers no web addresses for ports. */
  previews: boolean;
}

function imageOf(pod: Pod, container: string): string {
  return pod.containers.find(({ name }) => name === container)?.image ?? "";
}

export function podCommands({ cluster, access, previews }: PodCommandContext): PodCommands {
  // Rights are asked for one namespace, the selected pod's. For a pod of another one they are not known, which is no
  // refusal: the server decides when the request comes.
  const rights = (pod: Pod) => (access?.namespace === pod.namespace ? access.info : null);
  const target = (pod: Pod, container: string) => ({
    cluster,
    namespace: pod.namespace,
    pod: pod.name,
    container,
  });
  const allowed = (reason: string | undefined) => {
    if (reason !== undefined) toast({ tone: "warn", text: reason });
    return reason === undefined;
  };
  const forward = (pod: Pod) => {
    if (!allowed(portReason(pod, rights(pod)))) return;
    const { namespace, name, ports } = pod;
    useLayout.setState({ forwardTarget: { cluster, namespace, pod: name, ports } });
  };
  return {
    forward,
    shell: (pod, container) => {
      if (!allowed(shellReason(pod, rights(pod)))) return;
      const containers = runningContainers(pod);
      const chosen = container ?? shellContainer(pod);
      const run = keptRun(imageOf(pod, chosen));
      openShell({ ...target(pod, chosen), containers, run, windows: pod.windows });
    },
    byName: (key = "", container = "") => {
      const [namespace = "", pod = ""] = key.split("/");
      const named = { cluster, namespace, pod, container };
      if (pod !== "") openShell({ ...named, containers: [] });
      else useLayout.setState({ opening: { ...named, containers: [], run: undefined, windows: undefined } });
    },
    choose: (pod) => {
      const container = shellContainer(pod);
      const opening = {
        ...target(pod, container),
        containers: pod.containers.filter((entry) => entry.running),
        run: keptRun(imageOf(pod, container)),
        windows: pod.windows,
      };
      useLayout.setState({ opening });
    },
    logs: (pod, container) => {
      if (!allowed(logsReason(pod, rights(pod)))) return;
      const containers = pod.containers.filter((entry) => entry.started).map((entry) => entry.name);
      // A finished container has a log and no shell, so this is not shellContainer().
      const chosen =
        container ?? (containers.includes(pod.defaultContainer) ? pod.defaultContainer : containers[0]);
      if (chosen !== undefined) openLog({ ...target(pod, chosen), containers });
    },
    openPort: (pod, port) => {
      if (!previews) return forward(pod);
      if (!allowed(portReason(pod, rights(pod)))) return;
      // The forward goes on after its window is closed. It has to be seen where it can be stopped.
      if (useLayout.getState().forwardsOpen === false) useLayout.setState({ forwardsOpen: null });
      void openPort({ cluster, namespace: pod.namespace, kind: "Pod", name: pod.name, port });
    },
  };
}
