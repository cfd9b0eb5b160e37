import { expect, onTestFinished } from "vitest";
import type { ApiCluster } from "../api/api-cluster.ts";
import { ApiContext, type ApiContextOptions } from "../api/api-context.ts";
import { KubeError } from "../errors.ts";

export function contextFor(server: string, extra: Partial<ApiContextOptions> = {}): ApiContext {
  const context = new ApiContext({ name: "test", server, ...extra });
  onTestFinished(() => context.close());
  return context;
}

export function clusterFor(server: string, extra: Partial<ApiContextOptions> = {}): ApiCluster {
  return contextFor(server, extra).as(null);
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
