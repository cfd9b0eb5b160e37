/**
 * The objects of the demo cluster, their versions and a bounded history for watches: what etcd and the watch
 * cache are to an API server.
 */

import type { KubeObject } from "../objects/types.ts";
import { expired } from "./api-error.ts";
import { kindOf, type ResourceKind } from "./resource-kinds.ts";

/** Changes kept for watches that come back; one change every few seconds makes this more than an hour. */
const HISTORY_EVENTS = 2_048;
/** Versions begin at the clock in this unit, so that a version of an earlier run is too old and never in the future. */
const VERSION_UNIT_MS = 100;

export type ChangeType = "ADDED" | "MODIFIED" | "DELETED";

export interface Change {
  type: ChangeType;
  kind: ResourceKind;
  version: number;
  object: KubeObject;
  /** What it was before; null when added. Selectors that no longer match turn a change into a deletion. */
  previous: KubeObject | null;
}

export class ObjectStore {
  readonly #objects = new Map<ResourceKind, Map<string, KubeObject>>();
  readonly #history: Change[] = [];
  readonly #listeners = new Set<(change: Change) => void>();
  #version = Math.floor(Date.now() / VERSION_UNIT_MS);
  /** Versions up to this one can no longer be watched from. */
  #forgotten = this.#version - 1;

  get version(): number {
    return this.#version;
  }

  /** Objects in name order, of one namespace or (empty) of all. */
  list(kind: ResourceKind, namespace = ""): KubeObject[] {
    const objects = [...(this.#objects.get(kind)?.values() ?? [])];
    return objects
      .filter((object) => namespace === "" || object.metadata.namespace === namespace)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  get(kind: ResourceKind, namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(kind)?.get(`${namespace}/${name}`);
  }

  /** Adds or replaces; the object is the store's from now on and is never changed in place. */
  put(object: KubeObject): void {
    const kind = kindOf(object.apiVersion, object.kind);
    const objects = this.#objects.get(kind) ?? new Map<string, KubeObject>();
    this.#objects.set(kind, objects);
    const previous = objects.get(key(object)) ?? null;
    const version = ++this.#version;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    objects.set(key(object), stored);
    this.#record({ type: previous ? "MODIFIED" : "ADDED", kind, version, object: stored, previous });
  }

  remove(kind: ResourceKind, namespace: string, name: string): void {
    const objects = this.#objects.get(kind);
    const previous = objects?.get(`${namespace}/${name}`);
    if (!objects || !previous) return;
    objects.delete(`${namespace}/${name}`);
    const version = ++this.#version;
    // A deletion carries the version it happened at, so that a watch can go on from it.
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(version) } };
    this.#record({ type: "DELETED", kind, version, object, previous });
  }

  /**
   * Everything that happened after a version.
   * @throws ApiError 410 when that version has left the history
   */
  changesSince(version: number): Change[] {
    if (version < this.#forgotten) throw expired(version, this.#forgotten);
    return this.#history.filter((change) => change.version > version);
  }

  /** @returns stops listening */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  #record(change: Change): void {
    this.#history.push(change);
    if (this.#history.length > HISTORY_EVENTS) this.#forgotten = this.#history.shift()!.version;
    for (const listener of this.#listeners) listener(change);
  }
}

function key(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}
