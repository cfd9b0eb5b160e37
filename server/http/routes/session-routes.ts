/** The page's terminals: POST /api/sessions and what follows; their streams are in session-stream.ts. */

import type { SessionCreated } from "#protocol/api.ts";
import { isDimension } from "#protocol/resize.ts";
import { accessErrorOf } from "#server/access/access-error.ts";
import type { Auth } from "#server/access/auth.ts";
import { podRight } from "#server/access/grant.ts";
import type { Grants } from "#server/access/grants.ts";
import { requireName } from "#server/kube/names.ts";
import type { Cluster, ClusterRegistry } from "#server/kube/types.ts";
import type { SessionPlace, SessionRegistry } from "#server/session/session-registry.ts";
import { type SessionTarget, shellCommand } from "#server/session/session-target.ts";
import type { ExecDialer } from "#server/stream/types.ts";
import { HttpError } from "../http-error.ts";
import { type Route, sendJson, sendNothing } from "../router.ts";
import { findContext } from "./cluster-routes.ts";

const MAX_ARGUMENTS = 256;
const MAX_SHELL_CHARS = 256;
const DEFAULT_COLS = 80;
const DEFAULT_ROWS = 24;

export interface SessionRoutesOptions {
  auth: Auth;
  clusters: ClusterRegistry;
  sessions: SessionRegistry;
  grants: Grants;
  dialerOf(cluster: Cluster): ExecDialer;
}

export function streamPath(id: string): string {
  return `/api/sessions/${id}/stream`;
}

export function sessionRoutes(options: SessionRoutesOptions): Route[] {
  const { auth, clusters, sessions } = options;
  return [
    {
      method: "POST",
      pattern: "/api/sessions",
      access: "guarded",
      async handle({ response, caller, signal, readJson }) {
        const body = await readJson();
        const target = readTarget(body);
        const size = { width: readSize(body.cols, DEFAULT_COLS), height: readSize(body.rows, DEFAULT_ROWS) };
        const context = findContext(clusters, target.cluster);
        const right = podRight(target.attach ? "attach" : "exec", target.namespace, target.pod);
        const admit: SessionPlace["admit"] = (who, wanted) =>
          options.grants.open(who, context.as(who.identity), right, wanted);
        const grant = await admit(caller, signal);
        const dialer = options.dialerOf(context.as(caller.identity));
        const session = await sessions
          .create(target, size, { dialer, grant, admit }, signal)
          .catch((error) => {
            throw grant.ended ? accessErrorOf(grant.ended) : error;
          });
        const { ticket } = auth.tickets.mint(caller.id, streamPath(session.id));
        sendJson(response, 201, { ...session, ticket } satisfies SessionCreated, {
          Location: `/api/sessions/${session.id}`,
        });
      },
    },
    {
      method: "GET",
      pattern: "/api/sessions",
      access: "guarded",
      handle: ({ response }) => sendJson(response, 200, { sessions: sessions.list() }),
    },
    {
      method: "GET",
      pattern: "/api/sessions/{id}",
      access: "guarded",
      handle: ({ params, response }) => sendJson(response, 200, sessions.info(params.id!)),
    },
    {
      method: "DELETE",
      pattern: "/api/sessions/{id}",
      access: "guarded",
      handle({ params, response }) {
        sessions.end(params.id!);
        sendNothing(response);
      },
    },
  ];
}

function readTarget(body: Record<string, unknown>): SessionTarget {
  if (typeof body.cluster !== "string")
    throw new HttpError(400, "cluster is missing: the kubeconfig context's name");
  return {
    cluster: body.cluster,
    namespace: requireName("namespace", body.namespace),
    pod: requireName("pod", body.pod),
    ...(body.container === undefined ? {} : { container: requireName("container", body.container) }),
    ...readRun(body),
  };
}

/** One of three: a command, a shell, or what runs already. */
function readRun(body: Record<string, unknown>): Pick<SessionTarget, "command" | "run" | "attach"> {
  const attach = readFlag(body, "attach");
  const named = [body.command !== undefined, body.shell !== undefined, attach].filter(Boolean).length;
  if (named > 1) throw new HttpError(400, "name one of command, shell and attach");
  if (attach) return { command: [], attach: { stdin: readFlag(body, "stdin"), tty: readFlag(body, "tty") } };
  if (body.command !== undefined) return { command: readCommand(body.command), run: "command" };
  return { command: body.shell === undefined ? shellCommand() : shellCommand(readShell(body.shell)) };
}

function readFlag(body: Record<string, unknown>, name: "attach" | "stdin" | "tty"): boolean {
  const value = body[name] ?? false;
  if (typeof value !== "boolean") throw new HttpError(400, `${name} must be true or false`);
  return value;
}

function readShell(value: unknown): string {
  if (typeof value !== "string" || !/^[^\0]+$/.test(value) || value.length > MAX_SHELL_CHARS)
    throw new HttpError(
      400,
      `shell must be the name or path of a shell, of at most ${MAX_SHELL_CHARS} letters`,
    );
  return value;
}

function readCommand(value: unknown): string[] {
  const fits =
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MAX_ARGUMENTS &&
    // How long they are the body's limit says.
    value.every((part) => typeof part === "string" && !part.includes("\0"));
  if (!fits) throw new HttpError(400, `command must be a list of 1 to ${MAX_ARGUMENTS} strings without NUL`);
  return value as string[];
}

function readSize(value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (!isDimension(value)) throw new HttpError(400, "cols and rows are whole numbers from 1 to 65535");
  return value;
}
