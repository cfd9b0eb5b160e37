/** A way in which a client leaves, on one wire. */
import type { Target } from "../../conformance/target.ts";
import type { PortholeProcess } from "../../porthole-process.ts";
import type { Mode } from "../../reference/reference-cluster.ts";
import type { ReviewProxy } from "./review-proxy.ts";
import type { MarkedRun, Workload } from "./workload.ts";

/** Without Porthole, or through it. */
export type Side = "direct" | "porthole";

/** Where a client finds the pods: the API server itself, or a Porthole in front of it. */
export interface Place {
  target: Target;
  /** For a kubectl. */
  flags: readonly string[];
  /** For kubectl's caches. */
  folder: string;
  /** Null for the API server itself. */
  porthole: PortholeProcess | null;
  /** Between a Porthole of its own and the API server. */
  reviews?: ReviewProxy;
}

export interface Way {
  name: string;
  /** Whether there is such a thing without Porthole. */
  direct(mode: Mode): boolean;
  /** It ends the Porthole, or what everybody may, so that one is started for it alone. */
  ownPorthole?: boolean;
  /** Until it takes effect; it is waited for before the look. */
  afterMs?: number;
  /** A sentence when it cannot be tried here. */
  missing: string | null;
  takes(load: Workload): boolean;
  /** Starts the run, waits for its output, and gives what leaves. */
  start(place: Place, load: Workload, run: MarkedRun): Promise<() => void | Promise<void>>;
}
