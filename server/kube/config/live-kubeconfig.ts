/**
 * Keeps a registry of contexts as the kubeconfig files are, for as long as Porthole runs: looks when something moves
 * (file-watch.ts), decides what counts (kubeconfig-file.ts), and replaces what changed (context-maker.ts).
 */
import type { Logger } from "#server/log.ts";
import type { UnreadKubeconfig } from "../types.ts";
import { FileWatch } from "./file-watch.ts";
import type { KubeconfigLoader } from "./load-clusters.ts";

export class LiveKubeconfig {
  readonly #watch: FileWatch;
  #looking: Promise<void> = Promise.resolve();
  /** Looks that wait for their turn: another one would see no more. */
  #waiting = false;
  #next: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param loader has loaded already */
  constructor(
    private readonly loader: KubeconfigLoader,
    private readonly log: Logger,
  ) {
    const paths = loader.files.map((file) => file.path);
    this.#watch = new FileWatch(paths, () => this.#look());
    // Changes between the loading and the first watch are seen by this.
    this.#look();
  }

  /** Somebody says that the files are finished: what can be read counts at once. */
  async reload(): Promise<void> {
    const done = this.#looking.then(() => this.#lookOnce(true));
    this.#looking = done;
    await done;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#next);
    this.#watch.close();
  }

  #look(): void {
    if (this.#waiting || this.#closed) return;
    this.#waiting = true;
    this.#looking = this.#looking.then(() => {
      this.#waiting = false;
      return this.#lookOnce(false);
    });
  }

  async #lookOnce(force: boolean): Promise<void> {
    if (this.#closed) return;
    const { files, registry } = this.loader;
    try {
      await this.#watch.follow();
      let changed = false;
      for (const file of files) changed = (await file.look(force)) || changed;
      if (changed && !this.#closed) {
        await this.loader.reload();
        this.log.info(`The kubeconfig changed: ${registry.list().length} contexts`);
      }
      this.#tell(files.find((file) => file.unread)?.unread);
    } catch (error) {
      this.log.error({ err: error }, "The kubeconfig could not be looked at");
    }
    this.#lookAgain();
  }

  #lookAgain(): void {
    clearTimeout(this.#next);
    const waits = this.loader.files.flatMap((file) => file.lookAgainInMs ?? []);
    if (this.#closed || waits.length === 0) return;
    this.#next = setTimeout(() => this.#look(), Math.min(...waits)).unref();
  }

  #tell(unread: UnreadKubeconfig | undefined): void {
    const { registry } = this.loader;
    const before = registry.unread;
    registry.unread = unread;
    if (unread && unread.problem !== before?.problem) {
      const since = new Date(unread.since).toISOString();
      this.log.warn(
        `The kubeconfig cannot be read since ${since}; what it said before still counts. ${unread.problem}`,
      );
    }
    if (before && !unread) this.log.info("The kubeconfig can be read again");
  }
}
