/**
 * Names and ports that may go into an API path. Checked before anything else is done with them: a pod called
 * `../../kube-system/pods/etcd-0` would otherwise pick the path (threats.md A10).
 */
import { isLabel, isSubdomain } from "#protocol/kube-names.ts";
import { KubeError } from "./errors.ts";

function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

/** @throws KubeError INVALID naming the field and the value (cut) */
export function requireName(kind: "namespace" | "pod" | "container" | "name", value: unknown): string {
  const ok = kind === "namespace" || kind === "container" ? isLabel(value) : isSubdomain(value);
  if (ok) return value as string;
  const shown = JSON.stringify(String(value)).slice(0, 80);
  throw new KubeError("INVALID", `${shown} is not a valid ${kind} (lower-case letters, digits and dashes)`);
}

/** @throws KubeError INVALID */
export function requirePort(value: unknown): number {
  if (isPort(value)) return value;
  throw new KubeError("INVALID", `${JSON.stringify(value)?.slice(0, 40)} is not a port from 1 to 65535`);
}
