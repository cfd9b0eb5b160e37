/** A global budget of failures: it is not keyed on anything an attacker chooses (threats.md A35, Argo CD CVE-2024-21662). */
export class FailureBudget {
  #left: number;
  #refilledAt = Date.now();

  constructor(
    private readonly burst: number,
    private readonly perMinute: number,
  ) {
    this.#left = burst;
  }

  /** Takes one failure; false when the budget is spent. */
  take(): boolean {
    const now = Date.now();
    this.#left = Math.min(this.burst, this.#left + ((now - this.#refilledAt) / 60_000) * this.perMinute);
    this.#refilledAt = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
