/** The path doctor for the page: its findings as they come, one JSON object in each line. */
import type { ServerResponse } from "node:http";
import { DOCTOR_TITLES, type DoctorRequest, type DoctorStep, MAX_IDLE_SECONDS } from "#protocol/doctor.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { podRight } from "#server/access/grant.ts";
import type { Grants } from "#server/access/grants.ts";
import { diagnose } from "#server/doctor/doctor.ts";
import type { DoctorOptions } from "#server/doctor/examination.ts";
import { sentence } from "#server/doctor/outcome.ts";
import { requireName } from "#server/kube/names.ts";
import type { ClusterRegistry } from "#server/kube/types.ts";
import { HttpError } from "../http-error.ts";
import { type Route, whenClosed } from "../router.ts";
import { SECURITY_HEADERS } from "../security-headers.ts";
import { findCluster } from "./cluster-routes.ts";

/** Of one caller. Each holds a few streams open for a minute. */
const MAX_RUNS = 4;
const MAX_RUNS_OF_ALL = 32;

export function doctorRoutes(clusters: ClusterRegistry, grants: Grants): Route[] {
  /** The caller of each. */
  const runs: string[] = [];
  return [
    {
      method: "POST",
      pattern: "/api/doctor",
      access: "guarded",
      async handle({ response, caller, readJson }) {
        const { cluster, idleSeconds, ...target } = readRequest(await readJson());
        const found = findCluster(clusters, cluster, caller);
        const own = runs.filter((id) => id === caller.id).length;
        if (own >= MAX_RUNS || runs.length >= MAX_RUNS_OF_ALL) {
          const others = own >= MAX_RUNS ? own : runs.length;
          throw new HttpError(429, `the doctor is busy with ${others} other ways; try again in a minute`);
        }
        const gone = new AbortController();
        const grant = grants.underSignIn(caller, cluster);
        const held = [grant];
        let revoked: StreamEnd | null = null;
        const giveUp = (end: StreamEnd) => {
          revoked ??= end;
          gone.abort();
        };
        whenClosed(response, () => gone.abort());
        grant.onEnd((end) => {
          if (end.cause === "shutdown") giveUp(end);
          else response.destroy();
        });
        const options: DoctorOptions = {
          signal: gone.signal,
          ...(idleSeconds === undefined ? {} : { idleSeconds }),
          // Its streams live for minutes: each kind needs its right for as long as it is tried.
          opens(subresource, { namespace, pod }) {
            const right = grants.hold(caller, found, podRight(subresource, namespace, pod));
            held.push(right);
            right.onEnd(giveUp);
          },
        };
        runs.push(caller.id);
        try {
          await sendLines(response, diagnose(found, target, options), () => revoked);
        } finally {
          runs.splice(runs.indexOf(caller.id), 1);
          for (const one of held) one.release();
        }
      },
    },
  ];
}

function readRequest(body: Record<string, unknown>): DoctorRequest {
  const { cluster, namespace, pod, container, idleSeconds } = body;
  if (typeof cluster !== "string")
    throw new HttpError(400, "cluster is missing: the kubeconfig context's name");
  if (container !== undefined && pod === undefined) throw new HttpError(400, "container needs a pod");
  const target = {
    cluster,
    namespace: requireName("namespace", namespace),
    ...(pod === undefined ? {} : { pod: requireName("pod", pod) }),
    ...(container === undefined ? {} : { container: requireName("container", container) }),
  };
  return idleSeconds === undefined ? target : { ...target, idleSeconds: readSeconds(idleSeconds) };
}

function readSeconds(value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_IDLE_SECONDS) {
    return value as number;
  }
  throw new HttpError(400, `idleSeconds is a whole number from 0 to ${MAX_IDLE_SECONDS}`);
}

async function sendLines(
  response: ServerResponse,
  steps: AsyncIterable<DoctorStep>,
  revoked: () => StreamEnd | null,
): Promise<void> {
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    "Content-Type": "application/x-ndjson; charset=utf-8",
    "Cache-Control": "no-store",
    // nginx would otherwise keep the lines until there are 4 KiB of them.
    "X-Accel-Buffering": "no",
  });
  const write = (step: DoctorStep) => response.write(`${JSON.stringify(step)}\n`);
  let last: DoctorStep | null = null;
  for await (const step of steps) {
    if (response.destroyed || revoked()) break;
    write(step);
    last = step;
  }
  const end = revoked();
  if (end && !response.destroyed) {
    const failed = {
      result: "failed",
      found: `${sentence(end.words)} The run was given up.`,
      ms: 0,
    } as const;
    if (last?.result === "running") write({ ...last, ...failed });
    write({ name: "verdict", title: DOCTOR_TITLES.verdict, tried: "Everything above.", ...failed });
  }
  response.end();
}
