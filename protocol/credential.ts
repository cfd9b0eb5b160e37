/**
 * How far the login plugin of a context is: what `GET /api/clusters/{cluster}/credential` answers, and how a person steers
 * it, by `POST /api/clusters/{cluster}/credential` {action, hash}. Times are Unix milliseconds.
 */

export type CredentialState =
  /** Nothing to do: the credential is there, is not needed yet, or comes without a plugin. */
  | "idle"
  /** A person is asked whether the program may run. */
  | "asking"
  | "running"
  /** The last run failed, was cancelled or is forbidden; `problem` says why. */
  | "failed";

/** What runs on the machine of Porthole, as a person has to judge it. Values of variables are not shown. */
export interface PluginProgram {
  /** As the kubeconfig says. */
  command: string;
  /** The file that is run. */
  path: string;
  args: string[];
  /** Names of the variables that the kubeconfig sets. */
  env: string[];
}

export interface CredentialInfo {
  state: CredentialState;
  /** Grows with each change. */
  version: number;
  program?: PluginProgram;
  /** Of what would run; the permission names it, so that what was read is what runs. */
  hash?: string;
  /** Since when it has been in this state. */
  since: number;
  /** Requests that wait for it. */
  waiting: number;
  /** What the plugin has said on stderr, the last lines of it. A line may hold a link and a code. */
  lines: string[];
  /** When it is stopped at the latest. */
  until?: number;
  problem?: string;
  /** Until then a request of the page starts no other run. */
  retryAt?: number;
}

/** `allow` names the hash that was shown; `retry` runs it at once, whatever failed before. */
export type CredentialAction = "allow" | "retry" | "cancel";
