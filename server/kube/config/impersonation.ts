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
  const headers: Headers = { "Impersonate-User": headerValue(user.as) };
  if (uid) headers["Impersonate-Uid"] = headerValue(uid);
  if (groups.length > 0) headers["Impersonate-Group"] = groups.map(headerValue);
  // Names of headers know no case: keys that differ in it are one.
  const keys = new Map<string, string[]>();
  for (const [key, values] of extra) {
    const name = `Impersonate-Extra-${escapeKey(key)}`;
    const same = [...keys.keys()].find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
    keys.set(same, [...(keys.get(same) ?? []), ...(values ?? []).map(headerValue)]);
  }
  for (const [name, values] of keys) if (values.length > 0) headers[name] = values;
  return headers;
}

/** As Go sends it: the bytes of its UTF-8. */
function headerValue(value: string): string {
  // A line break would end the header and begin another one.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
    throw new KubeError(
      "CONFIG",
      "a field to impersonate with holds a character that no HTTP header can carry",
    );
  }
  return Buffer.from(value, "utf8").toString("latin1");
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
