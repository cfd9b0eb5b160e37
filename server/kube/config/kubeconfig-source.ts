/**
 * Which kubeconfig files there are, and the bytes of one: the flag's file alone, else the KUBECONFIG list, else
 * ~/.kube/config. Files of the list and the default file may be missing; the flag's may not.
 */
import { stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { isMissing } from "#server/files/bounded-file.ts";
import { KubeError } from "../errors.ts";
import type { Environment } from "../types.ts";
import { readBoundedBytes } from "./bounded-file.ts";

/** Only files from this machine's disk are read. A hundred contexts with their certificates are some 600 KiB. */
const MAX_KUBECONFIG_BYTES = 4 * 1024 * 1024;
const MAX_FILES = 100;

export interface KubeconfigSource {
  /** `flag`: must exist. `env`: KUBECONFIG. `home`: the default file. */
  origin: "flag" | "env" | "home";
  files: string[];
}

export function kubeconfigSource(flag: string | undefined, env: Environment): KubeconfigSource {
  if (flag) return { origin: "flag", files: [flag] };
  if (env.KUBECONFIG) {
    const files = [...new Set(env.KUBECONFIG.split(delimiter).filter((file) => file !== ""))];
    if (files.length > MAX_FILES) {
      throw new KubeError("CONFIG", `KUBECONFIG names ${files.length} files; at most ${MAX_FILES} are read`);
    }
    return { origin: "env", files };
  }
  const home = env.HOME || env.USERPROFILE;
  return { origin: "home", files: home ? [join(home, ".kube", "config")] : [] };
}

/**
 * Null when the file is missing and may be. KUBECONFIG=/dev/null is the customary way to say "none".
 * @throws KubeError CONFIG for a file that cannot be read, and for a missing one that must exist
 */
export async function readKubeconfigFile(file: string, mustExist: boolean): Promise<Buffer | null> {
  try {
    const bytes = await readBoundedBytes(file, {
      what: "The kubeconfig",
      maxBytes: MAX_KUBECONFIG_BYTES,
      code: "CONFIG",
    });
    const none = !mustExist && bytes.byteLength === 0 && (await stat(file)).isCharacterDevice();
    return none ? null : bytes;
  } catch (error) {
    const cause = error instanceof KubeError ? error.cause : error;
    if (!mustExist && isMissing(cause)) return null;
    if (error instanceof KubeError) throw error;
    throw new KubeError("CONFIG", `The kubeconfig ${file} cannot be read`, { cause: error });
  }
}
