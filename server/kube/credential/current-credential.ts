/**
 * The credential that requests and upgrades of one identity share. Whoever was refused with it asks here for the next
 * one: all who were refused with the same credential cost one new credential together.
 */
import type { Credential, CredentialSource } from "./credentials.ts";

export class CurrentCredential {
  #current: Credential | null = null;
  /** The successor of #current, while it is being had. */
  #successor: Promise<Credential> | null = null;

  constructor(private source: CredentialSource) {}

  /** The same object as long as nothing changed. Rejects with KubeError CREDENTIAL. */
  async get(): Promise<Credential> {
    this.#current = await this.source.get();
    return this.#current;
  }

  /**
   * The API server answered 401 to this one. Resolves with what is current then; with the same object when nothing
   * fresher is to be had. Who hears late of an old refusal does not throw the successor away.
   */
  replace(refused: Credential): Promise<Credential> {
    if (this.#successor) return this.#successor;
    if (refused !== this.#current) return this.get();
    this.source.invalidate(refused);
    this.#successor = this.get().finally(() => {
      this.#successor = null;
    });
    return this.#successor;
  }

  /** Another source takes the place of this one, which is closed. */
  renew(source: CredentialSource): void {
    const before = this.source;
    this.source = source;
    before.close();
  }

  /** Stops what is still running for it. */
  close(): void {
    this.source.close();
  }
}
