import { expect, onTestFinished } from "vitest";
import { VERSION } from "#server/version.ts";
import type { ApiCluster } from "../api/api-cluster.ts";
import { ApiContext, type ApiContextOptions } from "../api/api-context.ts";
import { KubeError } from "../errors.ts";
import type { SeenRequest } from "./api-server.ts";

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

/** Who asks, and headers with which a caller tries to be somebody else. */
export const JANE: Pick<ApiContextOptions, "credential" | "headers"> = {
  credential: { token: "the-real-token" },
  headers: { "Impersonate-User": "jane", "Impersonate-Group": ["dev", "ops"] },
};
export const FORGED = {
  authorization: "Bearer stolen",
  "impersonate-user": "root",
  "Impersonate-Uid": "0",
  Cookie: "ours=1",
  Host: "evil",
  "X-Remote-User": "root",
  "User-Agent": "somebody else",
  Upgrade: "h2c",
};

/** @throws when it is not asked for as Jane, and as her alone */
export function expectJane({ headers, rawHeaders }: SeenRequest): void {
  expect(headers).toMatchObject({
    authorization: "Bearer the-real-token",
    "impersonate-user": "jane",
    host: expect.stringMatching(/^127\.0\.0\.1:/),
    "user-agent": `porthole/${VERSION}`,
  });
  expect(valuesOf(rawHeaders, "Impersonate-Group")).toEqual(["dev", "ops"]);
  for (const name of ["cookie", "impersonate-uid", "x-remote-user"]) expect(headers[name]).toBeUndefined();
}

/** Line by line. */
export function valuesOf(rawHeaders: string[], name: string): string[] {
  return rawHeaders.filter((_, index, all) => all[index - 1] === name);
}

export const get = (path: string) => ({ method: "GET", path });
/** A text that stays as it is, where files may change. */
export const fixed = (text: string) => ({ read: async () => text });
