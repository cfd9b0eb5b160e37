import { expect, onTestFinished } from "vitest";
import { ApiCluster, type ApiClusterOptions } from "../api/api-cluster.ts";
import { KubeError } from "../errors.ts";

export function clusterFor(server: string, extra: Partial<ApiClusterOptions> = {}): ApiCluster {
  const cluster = new ApiCluster({ name: "test", server, ...extra });
  onTestFinished(() => cluster.close());
  return cluster;
}

export async function failureOf(work: Promise<unknown>): Promise<KubeError> {
  const error: unknown = await work.then(
    () => new Error("it succeeded"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KubeError);
  return error as KubeError;
}

export const get = (path: string) => ({ method: "GET", path });
/** A text that stays as it is, where files may change. */
export const fixed = (text: string) => ({ read: async () => text });
