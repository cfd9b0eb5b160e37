import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasOpenssl, NO_OPENSSL } from "../testing/certificates.ts";
import { kubectl, NO_KUBECTL } from "../testing/kubectl.ts";
import { ADDRESS_CASES } from "./address-cases.ts";
import type { CorpusCase } from "./corpus-case.ts";
import { CREDENTIAL_CASES } from "./credential-cases.ts";
import { MERGE_CASES } from "./merge-cases.ts";
import { NAME_CASES } from "./name-cases.ts";
import { type Compared, compare, type Outcome } from "./outcome.ts";
import { PLUGIN_CASES } from "./plugin-cases.ts";
import { PRECEDENCE_CASES } from "./precedence-cases.ts";
import { PROXY_CASES } from "./proxy-cases.ts";
import { SCALAR_CASES } from "./scalar-cases.ts";
import { TEXT_CASES } from "./text-cases.ts";
import { TRUST_CASES } from "./trust-cases.ts";
import { createCertificates, createWorld, type World } from "./world.ts";
import { YAML_CASES } from "./yaml-cases.ts";

/** kubectl is a process of its own, and most of the time is its start. */
const LANES = 4;
const ALL_LIMIT_MS = 400_000;

const TABLES: Record<string, CorpusCase[]> = {
  "the form of the file": TEXT_CASES,
  "scalars and keys": SCALAR_CASES,
  credentials: CREDENTIAL_CASES,
  "credential plugins": PLUGIN_CASES,
  addresses: ADDRESS_CASES,
  "authorities and names in TLS": TRUST_CASES,
  proxies: PROXY_CASES,
  merges: MERGE_CASES,
  names: NAME_CASES,
  "YAML beyond plain lines": YAML_CASES,
  "which of two counts": PRECEDENCE_CASES,
};

const results = new Map<CorpusCase, Compared>();

async function runLane(world: World, queue: CorpusCase[]): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) results.set(next, await compare(next, world));
}

describe.skipIf(!kubectl || !hasOpenssl)(`kubeconfigs, beside kubectl (${NO_KUBECTL}, ${NO_OPENSSL})`, () => {
  const worlds: World[] = [];

  beforeAll(async () => {
    const certificates = createCertificates();
    const queue = Object.values(TABLES).flat();
    for (let lane = 0; lane < LANES; lane++) worlds.push(await createWorld(certificates));
    await Promise.all(worlds.map((world) => runLane(world, queue)));
  }, ALL_LIMIT_MS);

  afterAll(async () => {
    await Promise.all(worlds.map((world) => world.close()));
  });

  describe.each(Object.entries(TABLES))("%s", (_subject, cases) => {
    it.each(cases.map((one) => [one.title, one] as const))("%s", (_title, one) => {
      const { kubectl: theirs, porthole: ours } = results.get(one) as Compared;
      const outcome = ({ works, seen }: { works: boolean; seen: unknown[] }) => ({ works, seen });
      const said = ({ words, seen }: Outcome) => words || `works; seen: ${JSON.stringify(seen)}`;
      const words = `kubectl: ${said(theirs as Outcome)}\nPorthole: ${said(ours)}`;
      if (one.differs === undefined) expect(outcome(ours), words).toEqual(outcome(theirs as never));
      else expect(outcome(ours), `no longer differs (${one.differs})`).not.toEqual(outcome(theirs as never));
    });
  });
});
