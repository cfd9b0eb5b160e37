/**
 * What goes on in the demo cluster by itself: the importer starts, fails and backs off, over and over. The pods
 * that visitors use never change.
 */

import { PODS } from "./api/resource-kinds.ts";
import type { ObjectStore } from "./api/store.ts";
import type { ClusterLogs } from "./cluster-logs.ts";
import { IMPORTER_LINES } from "./containers/log-voices.ts";
import { crashLooping, IMPORTER_POD } from "./objects/batch-namespace.ts";
import { buildEvent } from "./objects/cluster-objects.ts";
import { kubeTime } from "./objects/metadata.ts";
import { containerStatus } from "./objects/pods.ts";
import type { KubeEvent, Pod } from "./objects/types.ts";

const BACK_OFF_MS = 90_000;
const RUN_MS = 6_000;
const FIRST_RESTARTS = 12;

export class ClusterLife {
  #restarts = FIRST_RESTARTS;
  #running = false;
  #timer: NodeJS.Timeout | undefined;
  #event: KubeEvent | null = null;

  constructor(
    private readonly store: ObjectStore,
    private readonly logs: ClusterLogs,
  ) {
    this.#schedule(BACK_OFF_MS);
  }

  /** The importer's next state: it starts, or it fails. */
  step(now = Date.now()): void {
    const pod = this.store.get(PODS, "batch", IMPORTER_POD) as Pod;
    if (this.#running) this.#crash(pod, now);
    else this.#start(pod, now);
    this.#running = !this.#running;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.step();
      this.#schedule(this.#running ? RUN_MS : BACK_OFF_MS);
    }, delayMs);
    this.#timer.unref();
  }

  #start(pod: Pod, now: number): void {
    this.#restarts += 1;
    const container = pod.spec.containers[0]!;
    const before = pod.status.containerStatuses?.[0]?.lastState ?? {};
    const log = this.logs.restart(pod, container.name);
    for (const line of IMPORTER_LINES.slice(0, -1)) log.append(line, now);
    const running = { startedAt: kubeTime(now) };
    const status = containerStatus(
      pod,
      container,
      { running },
      {
        restartCount: this.#restarts,
        lastState: before,
      },
    );
    this.store.put({ ...pod, status: { ...pod.status, containerStatuses: [status] } } as Pod);
  }

  #crash(pod: Pod, now: number): void {
    const container = pod.spec.containers[0]!;
    const log = this.logs.get(pod, container.name);
    log?.append(IMPORTER_LINES.at(-1) ?? "", now);
    log?.end();
    this.store.put(crashLooping(pod, this.#restarts, now));
    this.#event = this.#event
      ? { ...this.#event, count: this.#event.count + 1, lastTimestamp: kubeTime(now) }
      : buildEvent({
          about: pod,
          container: container.name,
          type: "Warning",
          reason: "BackOff",
          message: `Back-off restarting failed container ${container.name} in pod ${pod.metadata.name}`,
          component: "kubelet",
          ...(pod.spec.nodeName && { host: pod.spec.nodeName }),
          firstAt: Date.parse(pod.metadata.creationTimestamp),
          lastAt: now,
          count: this.#restarts,
        });
    this.store.put(this.#event);
  }
}
