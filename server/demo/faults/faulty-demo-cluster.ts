/** The demo cluster with the knobs that tests turn while it runs. Neither the product nor `--demo` reaches this file. */
import { type DemoCluster, type DemoClusterOptions, startDemoCluster } from "../demo-cluster.ts";
import { Faults } from "./faults.ts";
import { Roles } from "./roles.ts";

export interface FaultyDemoOptions extends Omit<DemoClusterOptions, "interference" | "users"> {
  /** What goes wrong from the start: `name` or `name=value` of faults.ts. */
  faults?: readonly string[];
}

export interface FaultyDemoCluster extends DemoCluster {
  /** What goes wrong, for streams that open from now on. */
  readonly faults: Faults;
  /** What its users may do, from now on. */
  readonly roles: Roles;
}

/** Rejects as startDemoCluster() does, and with FaultError. */
export async function startFaultyDemoCluster(options: FaultyDemoOptions): Promise<FaultyDemoCluster> {
  const faults = new Faults(options.faults);
  const roles = new Roles();
  const demo = await startDemoCluster({ ...options, interference: faults, users: roles.users });
  return Object.assign(demo, { faults, roles });
}
