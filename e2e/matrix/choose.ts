import { UsageError } from "../conformance/options.ts";
import type { Options } from "./options.ts";

interface Named {
  name: string;
}

/** The upstreams and clients that the command line names. @throws UsageError when there are none */
export function choose<U extends Named, C extends Named>(
  { upstream, client }: Options,
  upstreams: readonly U[],
  clients: readonly C[],
) {
  const chosen = {
    upstreams: upstreams.filter(({ name }) => name.includes(upstream)),
    clients: clients.filter(({ name }) => name.includes(client)),
  };
  if (chosen.upstreams.length * chosen.clients.length === 0) {
    throw new UsageError(`There are the upstreams ${names(upstreams)} and the clients ${names(clients)}.`);
  }
  const whole = chosen.upstreams.length === upstreams.length && chosen.clients.length === clients.length;
  return { chosen, whole, all: { upstreams, clients } };
}

function names(list: readonly Named[]): string {
  return list.map(({ name }) => JSON.stringify(name)).join(", ");
}
