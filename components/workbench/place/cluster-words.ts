/** What a cluster's name and version say. */

const PRODUCTION = /prod/i;
const NOT_PRODUCTION = /(non|not|no)[-_ ]?prod/i;
const VERSION = /^v?(\d+)\.(\d+)/;

/** By its names: a wrong yes costs a red frame, a wrong no a command in the wrong place. */
export function isProduction(...names: string[]): boolean {
  return names.some((name) => PRODUCTION.test(name) && !NOT_PRODUCTION.test(name));
}

/** "1.36" of "v1.36.4+k3s1"; the whole text when it is no version. */
export function shortVersion(version: string): string {
  const parts = VERSION.exec(version);
  return parts ? `${parts[1]}.${parts[2]}` : version;
}

/**
 * How streams travel to a cluster of this version unless someone has changed its gates (KEP-4006). Each terminal's
 * head says what its own stream really got.
 */
export function streamsWords(version: string): string {
  const parts = VERSION.exec(version);
  if (!parts || Number(parts[1]) !== 1) return "";
  const minor = Number(parts[2]);
  if (minor >= 36) return "WebSockets to the kubelet";
  if (minor >= 31) return "WebSockets to the API server";
  if (minor === 30) return "WebSockets for shells, SPDY for ports";
  return "SPDY";
}
