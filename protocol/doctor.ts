/**
 * The path doctor's findings: what `npm run doctor` prints and what `POST /api/doctor` answers, one JSON object in
 * each line. The first lines of a step say that it runs; its last one how it went. The step `verdict` comes last.
 */

/** In the order in which they are tried. */
export const DOCTOR_STEPS = [
  "context",
  "dns",
  "tcp",
  "proxy",
  "tls",
  "version",
  "credential",
  "pod",
  "permissions",
  "exec-websocket",
  "exec-spdy",
  "tunnel",
  "portforward-spdy",
  "large-message",
  "idle",
  "verdict",
] as const;

export type DoctorStepName = (typeof DOCTOR_STEPS)[number];

export const DOCTOR_TITLES: Record<DoctorStepName, string> = {
  context: "Context",
  dns: "Name",
  tcp: "Connection",
  proxy: "Proxy",
  tls: "TLS",
  version: "Version",
  credential: "Credential",
  pod: "Pod",
  permissions: "Permissions",
  "exec-websocket": "Exec over WebSocket",
  "exec-spdy": "Exec over SPDY",
  tunnel: "Port-forward over WebSocket",
  "portforward-spdy": "Port-forward over SPDY",
  "large-message": "Large message",
  idle: "Idle streams",
  verdict: "Verdict",
};

export type DoctorResult =
  /** Not over; `found` tells how far it is. May come several times. */
  | "running"
  | "ok"
  /** Something is not as it should be, and streams work nevertheless. */
  | "warning"
  | "failed"
  /** `found` says why it was not tried. */
  | "skipped";

export interface DoctorStep {
  name: DoctorStepName;
  title: string;
  result: DoctorResult;
  /** What was tried. */
  tried: string;
  /** What came of it. */
  found: string;
  /** Where it fails: which two neighbours on the way do not understand each other. */
  hop?: string;
  /** What to change, in a sentence. */
  change?: string;
  /** The heading in docs/proxies.md with a ready configuration, when a proxy is the likely culprit. */
  configuration?: string;
  ms: number;
}

/** Body of `POST /api/doctor`. */
export interface DoctorRequest {
  cluster: string;
  namespace: string;
  /** Absent: a running pod of the namespace. */
  pod?: string;
  /** Absent: the pod's default container. */
  container?: string;
  /** How long the idle streams are watched; 0 leaves that step out. */
  idleSeconds?: number;
}

export const DEFAULT_IDLE_SECONDS = 60;
export const MAX_IDLE_SECONDS = 600;
