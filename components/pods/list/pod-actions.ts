/** What can be done with a pod, and why not: the state of the pod first, then the rights of the credential. */
import type { AccessInfo, Verdict } from "#protocol/api.ts";
import type { Pod } from "../pod/pod.ts";

/** What a person can do with a pod. The commands themselves say why when something cannot be done. */
export interface PodCommands {
  shell: (pod: Pod, container?: string) => void;
  /** Asks which shell, which command, or whether to attach. */
  choose: (pod: Pod) => void;
  /** A pod that is not listed: "namespace/name", or nothing, which asks for it. */
  byName: (key?: string, container?: string) => void;
  logs: (pod: Pod, container?: string) => void;
  openPort: (pod: Pod, port: number) => void;
  /** Asks for the port. */
  forward: (pod: Pod) => void;
}

/** Undefined: it can be done. */
type Reason = string | undefined;

export function shellReason(pod: Pod, access: AccessInfo | null): Reason {
  return (
    refusal(access?.exec) ?? (pod.containers.some((entry) => entry.running) ? undefined : idleReason(pod))
  );
}

export function logsReason(pod: Pod, access: AccessInfo | null): Reason {
  if (access && !access.log.allowed) return refusal(access.log);
  if (pod.containers.some((entry) => entry.started)) return undefined;
  return `No container of this pod has started yet (${pod.word}), so there is no log.`;
}

export function portReason(pod: Pod, access: AccessInfo | null): Reason {
  return refusal(access?.portforward) ?? (pod.phase === "Running" ? undefined : idleReason(pod));
}

/** The container a shell opens in: the default one when it runs, else the first that does. */
export function shellContainer(pod: Pod): string {
  const running = pod.containers.filter((entry) => entry.running);
  const chosen = running.find((entry) => entry.name === pod.defaultContainer) ?? running[0];
  return chosen?.name ?? pod.defaultContainer;
}

/** The containers a shell can be opened in. */
export function runningContainers(pod: Pod): string[] {
  return pod.containers.filter((entry) => entry.running).map((entry) => entry.name);
}

function refusal(verdict: Verdict | undefined): Reason {
  if (!verdict || verdict.allowed) return undefined;
  return verdict.reason ?? "Your credential may not do this.";
}

function idleReason(pod: Pod): string {
  if (pod.phase === "Succeeded")
    return "The pod has completed, nothing runs in it any more. Its log may still be there.";
  if (pod.phase === "Failed")
    return `The pod has ended (${pod.word}), nothing runs in it any more. Its log may still be there.`;
  if (pod.word === "CrashLoopBackOff")
    return "The container keeps ending and waits for its next start. Open Logs to see why.";
  if (pod.phase === "Unknown")
    return `The node of this pod does not report (${pod.word}), so what runs in it is not known.`;
  // Beside a shell, which may well open there, "none runs" would not be so.
  const starting = pod.containers.find((entry) => entry.running && entry.kind === "init");
  if (starting) return `Only the init container ${starting.name} runs yet (${pod.word}).`;
  if (pod.deletedBy !== null) return "The pod is being deleted, and none of its containers runs.";
  // It has begun: "yet" would not be so.
  if (pod.phase === "Running") return `No container of this pod runs now (${pod.word}).`;
  return `No container of this pod runs yet (${pod.word}).`;
}

/** API servers end their messages without a full stop. */
export function goesOn(message: string): string {
  return `${message.replace(/\.?$/, ".")} Trying again by itself.`;
}
