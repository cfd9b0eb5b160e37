/** The kubeconfig's as, as-uid, as-groups and as-user-extra as request headers (client-go transport/round_trippers.go). */
import { KubeError } from "../errors.ts";
import type { UserEntry } from "./kubeconfig.ts";

export type Headers = Record<string, string | string[]>;

/** @throws KubeError CONFIG */
export function impersonationHeaders(user: UserEntry): Headers {
  const groups = user["as-groups"] ?? [];
  const extra = Object.entries(user["as-user-extra"] ?? {});
  const uid = user["as-uid"];
  if (!user.as) {
    if (!uid && groups.length === 0 && extra.length === 0) return {};
    throw new KubeError("CONFIG", "as-uid, as-groups and as-user-extra need the field as beside them");
  }
  const headers: Headers = { "Impersonate-User": user.as };
  if (uid) headers["Impersonate-Uid"] = uid;
  if (groups.length > 0) headers["Impersonate-Group"] = groups;
  for (const [key, values] of extra) headers[`Impersonate-Extra-${escapeKey(key)}`] = values;
  for (const value of Object.values(headers).flat()) {
    // A line break would end the header and begin another one.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    if (/[\x00-\x1f\x7f]|[^\x00-\xff]/.test(value)) {
      throw new KubeError(
        "CONFIG",
        "a field to impersonate with holds a character that no HTTP header can carry",
      );
    }
  }
  return headers;
}

/** Percent-encodes every byte that a header's name may not have, and the percent sign itself. */
function escapeKey(key: string): string {
  let escaped = "";
  for (const byte of Buffer.from(key, "utf8")) {
    const char = String.fromCharCode(byte);
    const legal = /[!#$&'*+.^_`|~0-9A-Za-z-]/.test(char);
    escaped += legal ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}
