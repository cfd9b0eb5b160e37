/** Conditions that are waited for, looked at whenever something has come. */
export class Conditions {
  readonly #waiting = new Set<() => void>();

  /** Resolves when it holds, at once if it does already. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  check(): void {
    for (const look of this.#waiting) look();
  }
}
