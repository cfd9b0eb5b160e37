/** What the segments of a path stand for: values, and the names of clusters, which may be more than one segment. */
import { clusterNameOf } from "#protocol/cluster-segment.ts";

/** A slash that is a part of the name is either encoded, and then all are, or is none. */
const ENCODED_SLASH = /%2f/i;
/** A path has as many segments only by intent. */
const MAX_NAME_SEGMENTS = 64;

export interface ClusterName {
  cluster: string;
  /** Of the first segment behind the name. */
  end: number;
}

/** Null for malformed percent-encoding. */
export function decodeSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/**
 * The cluster whose name all the segments are, decoded.
 * @returns null where no client would write a name so
 */
export function clusterNameIn(segments: readonly string[]): string | null {
  return clusterNames(segments).find(({ end }) => end === segments.length)?.cluster ?? null;
}

/** Each way to see the first segments as one name, the longest first. */
export function clusterNames(segments: readonly string[]): ClusterName[] {
  const names: ClusterName[] = [];
  let text = "";
  for (const [index, segment] of segments.slice(0, MAX_NAME_SEGMENTS).entries()) {
    const decoded = decodeSegment(segment);
    // kubectl cleans the path of its --server (path.Join), so a name never comes with one of these.
    if (!decoded || decoded === "." || decoded === "..") break;
    const whole = ENCODED_SLASH.test(segment);
    if (whole && index > 0) break;
    text = index === 0 ? decoded : `${text}/${decoded}`;
    names.unshift({ cluster: clusterNameOf(text), end: index + 1 });
    if (whole) break;
  }
  return names;
}
