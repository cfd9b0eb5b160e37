/** Kubeconfig files of a test, and loadClusters() kept away from this machine's own credentials and proxies. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import type { ContextRegistry } from "../config/cluster-registry.ts";
import { type LoadOptions, loadClusters } from "../config/load-clusters.ts";
import type { Environment } from "../types.ts";
import { tempDir } from "./plugin.ts";

export type Fields = Record<string, unknown>;

export function configText(
  contexts: Record<string, { cluster?: Fields; user?: Fields; namespace?: string }>,
  current = "",
): string {
  const names = Object.keys(contexts);
  return JSON.stringify({
    "current-context": current,
    clusters: names.map((name) => ({
      name,
      cluster: contexts[name]?.cluster ?? { server: "https://127.0.0.1:1" },
    })),
    users: names.map((name) => ({ name, user: contexts[name]?.user ?? {} })),
    contexts: names.map((name) => ({
      name,
      context: { cluster: name, user: name, namespace: contexts[name]?.namespace },
    })),
  });
}

export function writeConfig(text: string, dir = tempDir(), name = "config"): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}

export async function load(
  options: Partial<LoadOptions>,
  env: Environment = {},
): Promise<ContextRegistry & { lines: string[] }> {
  const lines: string[] = [];
  const log = pino({ level: "debug", base: null }, { write: (line) => lines.push(line) });
  // No plugin, service account or proxy of this machine may take part.
  const registry = await loadClusters({
    serviceAccountDir: tempDir(),
    log,
    env: { PATH: process.env.PATH, HOME: tempDir(), ...env },
    ...options,
  });
  onTestFinished(() => registry.close());
  return Object.assign(registry, { lines });
}

export const names = (registry: ContextRegistry) => registry.list().map(({ name }) => name);
