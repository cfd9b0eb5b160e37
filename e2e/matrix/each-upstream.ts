import type { Upstream } from "./upstreams.ts";

/** Works on so many upstreams at a time. Whatever fails, nothing works any more when it ends. */
export async function eachUpstream(
  upstreams: readonly Upstream[],
  jobs: number,
  work: (upstream: Upstream) => Promise<void>,
): Promise<void> {
  const waiting = [...upstreams];
  const workers = Array.from({ length: jobs }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await work(next);
  });
  for (const end of await Promise.allSettled(workers)) {
    if (end.status === "rejected") throw end.reason;
  }
}
