/** The logs of every container, and the clock that makes the living ones speak. */

import { PODS } from "./api/resource-kinds.ts";
import type { ObjectStore } from "./api/store.ts";
import { ContainerLog } from "./containers/container-log.ts";
import { IMPORTER_LINES, REPORT_LINES, voiceOf } from "./containers/log-voices.ts";
import type { Pod } from "./objects/types.ts";

const TICK_MS = 1_000;
/** Lines that a container has already printed when the demo starts. */
const PAST_LINES = 40;

interface Entry {
  current: ContainerLog;
  /** The run before the last restart. */
  previous: ContainerLog | null;
}

interface Speaker {
  log: ContainerLog;
  line(n: number): string;
  everyMs: number;
  n: number;
  dueAt: number;
}

export class ClusterLogs {
  readonly #entries = new Map<string, Entry>();
  readonly #speakers: Speaker[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(store: ObjectStore, now = Date.now()) {
    for (const object of store.list(PODS)) this.#addPod(object as Pod, now);
    this.#timer = setInterval(() => this.speak(Date.now()), TICK_MS);
    this.#timer.unref();
  }

  /** Undefined when there is no such container, or it has never run. */
  get(pod: Pod, container: string): ContainerLog | undefined {
    return this.#entries.get(keyOf(pod, container))?.current;
  }

  previous(pod: Pod, container: string): ContainerLog | undefined {
    return this.#entries.get(keyOf(pod, container))?.previous ?? undefined;
  }

  /** The container starts anew: its log so far becomes the previous one. */
  restart(pod: Pod, container: string): ContainerLog {
    const previous = this.#entries.get(keyOf(pod, container))?.current ?? null;
    previous?.end();
    const current = new ContainerLog();
    this.#entries.set(keyOf(pod, container), { current, previous });
    return current;
  }

  /** Appends the lines that are due. */
  speak(now: number): void {
    for (const speaker of this.#speakers) {
      if (speaker.dueAt > now) continue;
      speaker.log.append(speaker.line(speaker.n++), now);
      speaker.dueAt = now + speaker.everyMs;
    }
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { current } of this.#entries.values()) current.end();
  }

  #addPod(pod: Pod, now: number): void {
    if (!pod.spec.nodeName) return;
    for (const container of pod.spec.containers) {
      const log = this.restart(pod, container.name);
      const voice = voiceOf(container.image);
      if (voice) {
        for (let n = 0; n < PAST_LINES; n++) {
          log.append(voice.line(n), now - (PAST_LINES - n) * voice.everyMs);
        }
        this.#speakers.push({ ...voice, log, n: PAST_LINES, dueAt: now + voice.everyMs });
      } else {
        this.#addEnded(pod, container.name, now);
      }
    }
  }

  /** Containers that are not running now: what they printed before they ended. */
  #addEnded(pod: Pod, container: string, now: number): void {
    const completed = pod.status.phase === "Succeeded";
    const lines = completed ? REPORT_LINES : IMPORTER_LINES;
    const endedAt = completed ? Date.parse(pod.status.startTime ?? "") + 93_000 : now - 120_000;
    const runs = completed ? 1 : 2;
    for (let run = runs; run > 0; run--) {
      const log = this.restart(pod, container);
      const start = endedAt - (run - 1) * 300_000 - lines.length * 1_000;
      lines.forEach((line, index) => {
        log.append(line, start + index * 1_000);
      });
      log.end();
    }
  }
}

function keyOf(pod: Pod, container: string): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}/${container}`;
}
