/**
 * Says that one of some files may have changed. Watches folders, not files: a file that is replaced is another file.
 * Also the folders of symbolic links on the way there (Kubernetes mounts turn `..data`), and the nearest folder that
 * exists while a file is missing. What the system does not tell (network file systems, no watches left) a slow look
 * at everything finds.
 */
import { type FSWatcher, watch } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import { join, parse, resolve, sep } from "node:path";

/** One change is many events. Counted from the first, so that an endless writer cannot keep it waiting. */
const DEBOUNCE_MS = 50;
const POLL_MS = 2_000;
const MAX_FOLDERS = 128;
/** As Linux: more is a circle. */
const MAX_LINKS = 40;

export class FileWatch {
  readonly #watchers = new Map<string, FSWatcher>();
  /** By folder: the entries that lead to a file. */
  #names = new Map<string, Set<string>>();
  #debounce: NodeJS.Timeout | undefined;
  readonly #poll: NodeJS.Timeout;
  #closed = false;

  constructor(
    private readonly files: readonly string[],
    private readonly changed: () => void,
  ) {
    this.#poll = setInterval(changed, POLL_MS).unref();
  }

  /** Follows the links as they are now; to be called again after each change. */
  async follow(): Promise<void> {
    const names = new Map<string, Set<string>>();
    for (const file of this.files) await follow(resolve(file), names, MAX_LINKS);
    if (this.#closed) return;
    this.#names = names;
    for (const [folder, watcher] of this.#watchers) {
      if (names.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of names.keys()) {
      if (!this.#watchers.has(folder) && this.#watchers.size < MAX_FOLDERS) this.#watch(folder);
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#debounce);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || this.#names.get(folder)?.has(name)) this.#soon();
      });
      watcher.on("error", () => this.#forget(folder, watcher));
      this.#watchers.set(folder, watcher);
    } catch {
      // The slow look is left.
    }
  }

  #forget(folder: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.#watchers.get(folder) === watcher) this.#watchers.delete(folder);
    this.#soon();
  }

  #soon(): void {
    if (this.#closed) return;
    this.#debounce ??= setTimeout(() => {
      this.#debounce = undefined;
      this.changed();
    }, DEBOUNCE_MS).unref();
  }
}

/** Puts down each folder whose entry decides where the path leads. */
async function follow(path: string, names: Map<string, Set<string>>, links: number): Promise<void> {
  let at = parse(path).root;
  const parts = path.slice(at.length).split(sep).filter(Boolean);
  for (const [index, part] of parts.entries()) {
    const next = join(at, part);
    const found = await lstat(next).catch(() => null);
    if (!found || index === parts.length - 1) note(names, at, part);
    if (!found) return;
    if (found.isSymbolicLink()) {
      note(names, at, part);
      const target = await readlink(next).catch(() => null);
      if (target === null || links === 0) return;
      await follow(join(resolve(at, target), ...parts.slice(index + 1)), names, links - 1);
      return;
    }
    at = next;
  }
}

function note(names: Map<string, Set<string>>, folder: string, name: string): void {
  const known = names.get(folder);
  if (known) known.add(name);
  else names.set(folder, new Set([name]));
}
