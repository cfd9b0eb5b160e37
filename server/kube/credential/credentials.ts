/**
 * What a user entry proves to the API server: a header, a client certificate, or both, fresh for every request.
 * Next hop: current-credential.ts. The rules of precedence are client-go's (rest/transport.go, transport/round_trippers.go).
 */
import { neverLog } from "#server/log.ts";
import { KubeError } from "../errors.ts";
import type { CredentialOrigin, Login } from "../types.ts";

export interface Credential {
  /** Value of the Authorization header. */
  authorization?: string;
  /** Both in PEM. */
  certificate?: ClientCertificate;
  /** Absent: from the kubeconfig itself. */
  tokenFrom?: CredentialOrigin;
  certificateFrom?: CredentialOrigin;
  /** When it ends, as whoever gave it said; Unix milliseconds. */
  endsAt?: number;
  /** What is not from the kubeconfig itself is replaced without anybody's help. */
  renews?: true;
}

export interface ClientCertificate {
  cert: string;
  key: string;
}

/** A text that may change between two reads: WatchedFile, or fixed data. */
export interface TextSource {
  read(): Promise<string>;
}

export interface CredentialSource {
  /** The same object as long as nothing changed. Rejects with KubeError CREDENTIAL. */
  get(): Promise<Credential>;
  /**
   * The API server answered 401: the next get() looks for another credential.
   * @param refused when another one has been had since, nothing is thrown away
   */
  invalidate(refused: Credential): void;
  /** Stops what is still running for it. */
  close(): void;
  /** Absent: nothing that a person could wait for or answer. */
  readonly login?: Login;
}

export interface CredentialParts {
  certificate?: { cert: TextSource; key: TextSource };
  token?: string;
  tokenFile?: TextSource & { forget(): void };
  basic?: { username: string; password: string };
  plugin?: CredentialSource;
}

/** A kubeconfig user, or nobody when there are no parts. */
export class UserCredential implements CredentialSource {
  #last: Credential = {};

  constructor(private readonly parts: CredentialParts) {}

  async get(): Promise<Credential> {
    const header = await this.#header();
    const certificate = await this.#certificate();
    // A header in the kubeconfig itself comes before the plugin, and so does a certificate.
    const own = header.authorization ?? certificate;
    const plugin = this.parts.plugin && !own ? await this.parts.plugin.get() : undefined;
    const next = plugin ?? { ...header, ...(certificate ? { certificate } : {}) };
    if (!sameCredential(next, this.#last)) this.#last = next;
    return this.#last;
  }

  invalidate(refused: Credential): void {
    if (!sameCredential(refused, this.#last)) return;
    this.parts.tokenFile?.forget();
    this.parts.plugin?.invalidate(refused);
  }

  get login(): Login | undefined {
    return this.parts.plugin?.login;
  }

  close(): void {
    this.parts.plugin?.close();
  }

  async #header(): Promise<Credential> {
    const { token, tokenFile, basic } = this.parts;
    if (tokenFile) {
      // The file comes before the token beside it, which only bridges a file that is not there yet.
      try {
        const authorization = bearer((await tokenFile.read()).trim(), "the token file");
        return { authorization, tokenFrom: "token file", renews: true };
      } catch (error) {
        if (!token) throw error;
      }
    }
    if (token) return { authorization: bearer(token, "the token") };
    return basic ? { authorization: basicAuthorization(basic.username, basic.password) } : {};
  }

  async #certificate(): Promise<ClientCertificate | undefined> {
    const { certificate } = this.parts;
    if (!certificate) return undefined;
    const [cert, key] = await Promise.all([certificate.cert.read(), certificate.key.read()]);
    return { cert, key };
  }
}

function sameCredential(a: Credential, b: Credential): boolean {
  return (
    a.authorization === b.authorization &&
    a.endsAt === b.endsAt &&
    a.certificate?.cert === b.certificate?.cert &&
    a.certificate?.key === b.certificate?.key
  );
}

/** @throws KubeError CREDENTIAL for a token that a header cannot carry */
export function bearer(token: string, what: string): string {
  if (token === "") throw new KubeError("CREDENTIAL", `${what} is empty`);
  // A line break would end the header and begin another one.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(token)) {
    throw new KubeError("CREDENTIAL", `${what} holds a line break or another control character`);
  }
  neverLog(token);
  // As kubectl sends it, odd characters and all: the bytes of its UTF-8. The API server judges.
  return `Bearer ${Buffer.from(token, "utf8").toString("latin1")}`;
}

function basicAuthorization(username: string, password: string): string {
  const encoded = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  neverLog(password);
  neverLog(encoded);
  return `Basic ${encoded}`;
}
