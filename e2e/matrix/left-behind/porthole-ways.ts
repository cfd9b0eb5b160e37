/** Ends that only Porthole knows: of a session, of a sign-in, of the server itself. */
import { KEY_HEADER } from "#protocol/api.ts";
import { readAnswer, type Target } from "../../conformance/target.ts";
import { PLACE } from "../clients/client.ts";
import { streamWays } from "./stream-ways.ts";
import type { Place, Way } from "./ways.ts";
import type { MarkedRun, Workload } from "./workload.ts";

const WAIT_MS = 20;
const RUN_LIMIT_MS = 10_000;

/** Each starts a Porthole of its own. */
const FEW = new Set(["exec, prints", "exec -i, reads", "exec -it, prints"]);
const isSession = (load: Workload) => load.subresource === "exec" && load.tty;

export function portholeWays(): Way[] {
  const [first] = streamWays();
  const webSocket = { start: first!.start, takes: ({ name }: Workload) => FEW.has(name) };
  const killed = (name: string, signal: "SIGTERM" | "SIGKILL", base: Pick<Way, "takes" | "start">): Way => ({
    name: `Porthole: ${name}`,
    direct: () => false,
    ownPorthole: true,
    missing: null,
    takes: base.takes,
    async start(place, load, run) {
      await base.start(place, load, run);
      return () => void process.kill(place.porthole!.pid, signal);
    },
  });
  const session = {
    takes: isSession,
    start: async (place: Place, _load: Workload, run: MarkedRun) => {
      const { id } = await createSession(ofMachine(place.target), place, run);
      return async () => void (await place.target.ask("DELETE", `/api/sessions/${id}`));
    },
  };
  const common = { direct: () => false, missing: null };
  return [
    { name: "session: ended by a person", ...common, ...session },
    { name: "session: signed out", ...common, takes: isSession, start: startSignedIn },
    revoked("session: its right taken away", session),
    revoked("WebSocket v5: its right taken away", webSocket),
    killed("SIGTERM, a session", "SIGTERM", session),
    killed("kill -9, a session", "SIGKILL", session),
    killed("SIGTERM, a WebSocket v5", "SIGTERM", webSocket),
    killed("kill -9, a WebSocket v5", "SIGKILL", webSocket),
  ];
}

/** Until Porthole has asked again, every 10 s, and then it has 5 s. */
const REVOKED_WITHIN_MS = 15_000;

function revoked(name: string, base: Pick<Way, "takes" | "start">): Way {
  return {
    name,
    direct: () => false,
    ownPorthole: true,
    afterMs: REVOKED_WITHIN_MS,
    missing: null,
    takes: base.takes,
    async start(place, load, run) {
      await base.start(place, load, run);
      return () => place.reviews?.deny();
    },
  };
}

type Ask = (path: string, body: unknown) => Promise<unknown>;

async function startSignedIn(place: Place, _load: Workload, run: MarkedRun): Promise<() => Promise<void>> {
  const ask = await ofBrowser(place.target);
  await createSession(ask, place, run);
  return async () => void (await ask("/api/logout", {}));
}

async function createSession(ask: Ask, { target }: Place, run: MarkedRun): Promise<{ id: string }> {
  const session = await ask("/api/sessions", { cluster: target.context, ...PLACE, command: run.command });
  const limit = Date.now() + RUN_LIMIT_MS;
  while (run.pids().length === 0) {
    if (Date.now() > limit) throw new Error("the session's command does not run");
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  return session as { id: string };
}

function ofMachine(target: Target): Ask {
  return (path, body) => target.json("POST", path, body);
}

/** Signs a browser in: a key instead of the token. */
async function ofBrowser(target: Target): Promise<Ask> {
  const post = async (path: string, body: unknown, headers: Record<string, string>) => {
    const { headers: _bearer, ...options } = target.options("POST", path);
    const own = { origin: target.origin, "content-type": "application/json", ...headers };
    return await new Promise<Awaited<ReturnType<typeof readAnswer>>>((resolve, reject) => {
      const request = target.requester({ ...options, headers: own }, (response) => {
        readAnswer(response).then(resolve, reject);
      });
      request.once("error", reject).end(JSON.stringify(body));
    });
  };
  const login = await post("/api/login", { token: target.token }, {});
  const { key } = JSON.parse(login.body) as { key: string };
  return async (path, body) => {
    const answer = await post(path, body, { [KEY_HEADER]: key });
    if (answer.code >= 300) throw new Error(`${path} was answered ${answer.code}: ${answer.body}`);
    return answer.body === "" ? undefined : JSON.parse(answer.body);
  };
}
