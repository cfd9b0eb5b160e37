/**
 * kubectl's rule about login plugins, in the person's kuberc: KUBERC, or ~/.kube/kuberc (kubectl 1.35 and newer,
 * `credentialPluginPolicy` and `credentialPluginAllowlist`). Read at each run of a plugin, so that a change counts at once.
 * A file that cannot be understood forbids all: kubectl goes on without it, and a rule that is there would be lost.
 */
import { join, normalize } from "node:path";
import { parseAllDocuments } from "yaml";
import * as z from "zod/mini";
import { isMissing } from "#server/files/bounded-file.ts";
import type { PluginPolicy } from "../credential/plugin-gate.ts";
import { findProgram, type Program } from "../credential/plugin-program.ts";
import { KubeError } from "../errors.ts";
import type { Environment } from "../types.ts";
import { readBoundedFile } from "./bounded-file.ts";

const MAX_KUBERC_BYTES = 1024 * 1024;
const KIND = "kubectl.config.k8s.io/v1beta1 Preference";

const shape = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  credentialPluginPolicy: z.nullish(z.string()),
  credentialPluginAllowlist: z.nullish(
    z.array(z.object({ name: z.nullish(z.string()), command: z.nullish(z.string()) })),
  ),
});

type Preference = z.infer<typeof shape>;

export class KubercPolicy implements PluginPolicy {
  constructor(private readonly env: Environment) {}

  async refusal(program: Program): Promise<string | null> {
    const file = kubercFile(this.env);
    if (file === null) return null;
    try {
      const preference = await readPreference(file.path, file.mustExist);
      return preference && (await refusalBy(preference, file.path, program, this.env));
    } catch (error) {
      if (error instanceof KubeError) return error.message;
      throw error;
    }
  }
}

function kubercFile(env: Environment): { path: string; mustExist: boolean } | null {
  if (env.KUBERC === "off" || env.KUBECTL_KUBERC === "false") return null;
  if (env.KUBERC) return { path: env.KUBERC, mustExist: true };
  const home = env.HOME || env.USERPROFILE;
  return home ? { path: join(home, ".kube", "kuberc"), mustExist: false } : null;
}

/** Null: there is none, or it is of a version that knows no such rule. */
async function readPreference(path: string, mustExist: boolean): Promise<Preference | null> {
  const limits = { what: "The kuberc", maxBytes: MAX_KUBERC_BYTES, code: "CONFIG" } as const;
  const text = await readBoundedFile(path, limits).catch((error: KubeError) => {
    if (!mustExist && isMissing(error.cause)) return null;
    throw error;
  });
  if (text === null || text.trim() === "") return null;
  // A file may hold the same in several versions, one document each; the newest that is known counts.
  const documents = parseAllDocuments(text, { prettyErrors: false, logLevel: "error" });
  if (!Array.isArray(documents)) return null;
  if (documents.some(({ errors }) => errors.length > 0)) {
    throw new KubeError(
      "CONFIG",
      `the kuberc ${path} is not valid YAML, so no plugin runs until it is repaired`,
    );
  }
  for (const document of documents) {
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    const { apiVersion, kind } = (value ?? {}) as Record<string, unknown>;
    if (`${apiVersion} ${kind}` !== KIND) continue;
    const parsed = shape.safeParse(value);
    if (parsed.success) return parsed.data;
    const field = parsed.error.issues[0]?.path.join(".");
    throw new KubeError(
      "CONFIG",
      `the kuberc ${path} has a value of the wrong kind in ${field}, so no plugin runs`,
    );
  }
  return null;
}

async function refusalBy(
  { credentialPluginPolicy: policy, credentialPluginAllowlist: list }: Preference,
  path: string,
  program: Program,
  env: Environment,
): Promise<string | null> {
  const wrong = (why: string) => `the kuberc ${path} ${why}, so no plugin runs`;
  if (list && policy !== "Allowlist")
    return wrong(`has a credentialPluginAllowlist with the policy "${policy ?? ""}"`);
  switch (policy || "AllowAll") {
    case "AllowAll":
      return null;
    case "DenyAll":
      return `the kuberc ${path} forbids every plugin (credentialPluginPolicy: DenyAll)`;
    case "Allowlist":
      break;
    default:
      return wrong(`has the unknown credentialPluginPolicy "${policy}"`);
  }
  if (!list || list.length === 0) return wrong("has the credentialPluginPolicy Allowlist and no list");
  const entries = list.map(({ name, command }) => command || name || "");
  if (entries.includes("")) return wrong("has an empty entry in its credentialPluginAllowlist");
  const crooked = entries.find((entry) => entry.includes("/") && normalize(entry) !== entry);
  if (crooked) return wrong(`has a path that is not plain in its credentialPluginAllowlist: ${crooked}`);
  for (const entry of entries) {
    // As client-go: an entry is looked up like the command itself, and the files are compared.
    if ((await findProgram(entry, env)) === program.path) return null;
  }
  return `${program.path} is not in the credentialPluginAllowlist of the kuberc ${path}`;
}
