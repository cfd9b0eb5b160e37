/**
 * A cluster's name as one segment of a path, the {cluster} of /clusters/{cluster}/... and /api/clusters/{cluster}/....
 * It is the name, percent-encoded. But no path carries some names: URL takes `.` and `..` for steps, encoded or not,
 * kubectl decodes the path of its --server and cleans it, so that `a/../b` and `/a` are lost as well, and what decodes
 * into another path is refused (threats.md A12). Such a name has a tilde in front, and in it `~2F` for a slash, as
 * percent-encoding with a tilde for the percent sign: `.` is `~.`, `/a` is `~~2Fa`. Tildes pass every client as they are.
 */

/** What begins with a tilde itself, what decodes once more, and what has an empty or a dot segment. */
const SPELLED = /^~|[%\\\p{Cc}]|(^|\/)\.{0,2}([;/]|$)/u;

export function clusterSegment(name: string): string {
  return encodeURIComponent(SPELLED.test(name) ? spelledName(name) : name);
}

/** Any name may be written so; kubectl needs it for one whose beginning, up to a slash, is another cluster's name. */
export function spelledName(name: string): string {
  return `~${name.replace(/[~/%\\\p{Cc}]/gu, (sign) => `~${hex(sign)}`)}`;
}

/**
 * The name that a segment stands for.
 * @param text decoded from percent-encoding; a name stands in it as it is, unless that is the spelling of another one
 */
export function clusterNameOf(text: string): string {
  const name = text
    .slice(1)
    .replace(/~([\dA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const spelled = text === spelledName(name) && (SPELLED.test(name) || text !== `~${name}`);
  return spelled ? name : text;
}

function hex(sign: string): string {
  return sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
}
