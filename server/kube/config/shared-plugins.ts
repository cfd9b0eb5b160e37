/**
 * Credential plugins by what would run: one for all contexts that would run it alike, also across rewritings of the
 * kubeconfig. A login that a person is in the middle of is not stopped because the file changed meanwhile, which some
 * login programs do themselves.
 */
import type { CredentialSource } from "../credential/credentials.ts";

interface Shared {
  plugin: CredentialSource;
  holders: number;
}

export class SharedPlugins {
  readonly #shared = new Map<string, Shared>();

  /** Closing what is given closes the plugin when nobody else holds it. */
  hold(key: string, create: () => CredentialSource): CredentialSource {
    const shared = this.#shared.get(key) ?? { plugin: create(), holders: 0 };
    this.#shared.set(key, shared);
    shared.holders += 1;
    let held = true;
    return {
      login: shared.plugin.login,
      get: () => shared.plugin.get(),
      invalidate: (refused) => shared.plugin.invalidate(refused),
      close: () => {
        if (!held) return;
        held = false;
        shared.holders -= 1;
        if (shared.holders > 0) return;
        if (this.#shared.get(key) === shared) this.#shared.delete(key);
        shared.plugin.close();
      },
    };
  }
}
