/**
 * metav1.Status as the error channel carries it (v4 and v5), and what it says of how a command ended.
 * Sources: k8s.io/kubelet/pkg/cri/streaming/remotecommand, client-go tools/remotecommand/v4.go.
 */
import { decodeText } from "./text.ts";

export interface Status {
  kind?: string;
  apiVersion?: string;
  metadata?: Record<string, unknown>;
  status?: string;
  message?: string;
  reason?: string;
  details?: { name?: string; kind?: string; causes?: { reason?: string; message?: string }[] };
  code?: number;
}

/** A Status is short; more than this on the error channel is not one. */
export const MAX_STATUS_BYTES = 64 * 1024;

/**
 * How a command ended.
 * - exited: the process ended and told its code
 * - failed: the cluster could not run or keep the command; message says why
 * - unknown: no status arrived. Never success (kubernetes#124571: a slow reader loses it).
 */
export type Ending =
  | { kind: "exited"; code: number }
  | { kind: "failed"; message: string }
  | { kind: "unknown"; message: string };

/** Reads a Status; null when the bytes are no JSON object. A field of another type than it should have is left out. */
export function decodeStatus(bytes: Uint8Array): Status | null {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(bytes));
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  const status = withStrings(value, ["kind", "apiVersion", "status", "message", "reason"]);
  if (!isObject(status.metadata)) delete status.metadata;
  if (typeof status.code !== "number") delete status.code;
  if (isObject(status.details)) status.details = readDetails(status.details);
  else delete status.details;
  return status;
}

function readDetails(value: Record<string, unknown>): Status["details"] {
  const details = withStrings(value, ["name", "kind"]);
  if (!Array.isArray(details.causes)) delete details.causes;
  else details.causes = details.causes.filter(isObject).map((one) => withStrings(one, ["reason", "message"]));
  return details;
}

/** A copy without those of the named fields that hold no string: a peer may write anything. */
function withStrings(value: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const copy = { ...value };
  for (const name of names) if (typeof copy[name] !== "string") delete copy[name];
  return copy;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What the collected bytes of the error channel say. Empty means that no status was received.
 * @param lost why, as far as it is known
 */
export function endingOf(bytes: Uint8Array, lost = ""): Ending {
  if (bytes.byteLength === 0) return lostEnding(lost);
  const status = decodeStatus(bytes);
  if (!status) return { kind: "unknown", message: "the exit status could not be read" };
  if (status.status === "Success") return { kind: "exited", code: 0 };
  if (status.status !== "Failure")
    return { kind: "unknown", message: "the exit status is of an unknown kind" };
  if (status.reason !== "NonZeroExitCode") {
    return { kind: "failed", message: status.message || "the cluster gave no reason" };
  }
  // The code is a decimal string; client-go parses it as an unsigned 8-bit number and refuses "300".
  const text = status.details?.causes?.find((cause) => cause.reason === "ExitCode")?.message ?? "";
  const code = /^\d{1,3}$/.test(text) ? Number(text) : 256;
  return code <= 255
    ? { kind: "exited", code }
    : { kind: "unknown", message: `the exit code ${JSON.stringify(text)} is not a number from 0 to 255` };
}

/** The end of a command whose status did not come: said in these words everywhere. */
export function lostEnding(why: string): Extract<Ending, { kind: "unknown" }> {
  const message = "no exit status was received";
  return { kind: "unknown", message: why === "" ? message : `${message}: ${why}` };
}

/**
 * What is written to a plain client in place of a status that was lost or cannot be read: it takes a close without one
 * for success (protocol.md 1.4).
 */
export function lostStatus({ message }: Extract<Ending, { kind: "unknown" }>): Status {
  return failureStatus(500, "InternalError", message);
}

export function successStatus(): Status {
  return { metadata: {}, status: "Success" };
}

/** The Status of a command that ended with a code other than 0; field order as the kubelet writes it. */
export function exitStatus(code: number): Status {
  if (code === 0) return successStatus();
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

/** A Status for a failure that is not an exit code. */
export function failureStatus(code: number, reason: string, message: string): Status {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
}
