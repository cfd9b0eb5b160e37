/** labelSelector and fieldSelector of list and watch (k8s.io/apimachinery pkg/labels, pkg/fields). */

import type { KubeObject } from "../objects/types.ts";
import { badRequest } from "./api-error.ts";

export type Matcher = (object: KubeObject) => boolean;

/** Selectors longer than this are refused before any pattern runs over them. */
const MAX_SELECTOR_CHARS = 4096;

const SET_TERM = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/;
const EQUALITY_TERM = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/;
const LABEL_KEY = /^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/;

/** What may be selected by, per kind; every kind has its name and namespace. */
const FIELDS: Record<string, readonly string[]> = {
  Pod: ["status.phase", "spec.nodeName", "spec.restartPolicy", "status.podIP"],
  Namespace: ["status.phase"],
  Event: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.fieldPath",
    "reason",
    "type",
    "source",
  ],
};

/** @throws ApiError 400 for a selector that cannot be read */
export function selectorsOf(query: URLSearchParams, kind: string): Matcher {
  const labels = parseLabelSelector(query.get("labelSelector") ?? "");
  const fields = parseFieldSelector(query.get("fieldSelector") ?? "", kind);
  return (object) => labels(object) && fields(object);
}

export function parseLabelSelector(text: string): Matcher {
  requireShort(text);
  // A comma separates terms, except inside the parentheses of a set.
  const terms = (text.match(/[^,(]+(\([^)]*\))?[^,]*/g) ?? [])
    .map((term) => term.trim())
    .filter((term) => term !== "");
  const matchers = terms.map(labelTerm);
  return (object) => matchers.every((matches) => matches(object));
}

function labelTerm(term: string): Matcher {
  const set = SET_TERM.exec(term);
  if (set) {
    const values = set[3]!.split(",").map((value) => value.trim());
    const wanted = set[2] === "in";
    return labelMatcher(set[1]!, (value) =>
      value === undefined ? !wanted : values.includes(value) === wanted,
    );
  }
  const equality = EQUALITY_TERM.exec(term);
  if (equality) {
    const equal = equality[2] !== "!=";
    return labelMatcher(equality[1]!, (value) => (value === equality[3]) === equal);
  }
  if (term.startsWith("!")) return labelMatcher(term.slice(1).trim(), (value) => value === undefined);
  return labelMatcher(term, (value) => value !== undefined);
}

function labelMatcher(label: string, test: (value: string | undefined) => boolean): Matcher {
  if (!LABEL_KEY.test(label)) {
    throw badRequest(`unable to parse requirement: invalid label key ${JSON.stringify(label)}`);
  }
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return test(Object.hasOwn(labels, label) ? labels[label] : undefined);
  };
}

function parseFieldSelector(text: string, kind: string): Matcher {
  requireShort(text);
  const terms = text.split(",").filter((term) => term.trim() !== "");
  const matchers = terms.map((term): Matcher => {
    const match = /^([^=!]+?)(==|=|!=)(.*)$/.exec(term.trim());
    if (!match) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
    const [, field = "", operator, wanted] = match;
    const known = ["metadata.name", "metadata.namespace", ...(FIELDS[kind] ?? [])];
    if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`);
    return (object) => (fieldOf(object, field) === wanted) === (operator !== "!=");
  });
  return (object) => matchers.every((matches) => matches(object));
}

/** A field by its path, as text; empty when there is none. */
function fieldOf(object: KubeObject, path: string): string {
  if (path === "source") return fieldOf(object, "source.component");
  let value: unknown = object;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null) return "";
    value = (value as Record<string, unknown>)[part];
  }
  return typeof value === "string" ? value : "";
}

function requireShort(text: string): void {
  if (text.length > MAX_SELECTOR_CHARS) throw badRequest("the selector is too long");
}
