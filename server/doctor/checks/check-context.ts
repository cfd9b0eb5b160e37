/** Whether the kubeconfig's context can be used at all, and whether its credential can be had: plugin, token, files. */
import { abortable } from "#server/kube/api/abortable.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok, sentence } from "../outcome.ts";

export async function checkContext(examination: Examination): Promise<Outcome> {
  const { cluster } = examination;
  const user = cluster.user ? `, user "${cluster.user}"` : "";
  try {
    // A plugin that asks a person to log in has a limit of its own, longer than a network's answer.
    examination.connection = await abortable(cluster.connection(), examination.limit(CREDENTIAL_LIMIT_MS));
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const late = error.code === "CANCELED";
    const words = late
      ? `The credential was not there after ${CREDENTIAL_LIMIT_MS / 1000} seconds`
      : error.message;
    return failed(sentence(words), {
      hop: "the kubeconfig",
      change: "Repair what is named above; kubectl would stumble over it as well.",
    });
  }
  return ok(`API server ${cluster.server}${user}.`);
}

const CREDENTIAL_LIMIT_MS = 60_000;
