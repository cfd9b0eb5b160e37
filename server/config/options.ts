/** Every flag there is, and what --help says of it. flag-table.test.ts asks for a row of each. */

export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 7654;
export const DEFAULT_LOGIN_TIMEOUT_S = 300;
/** Whoever reads it in a terminal understands it; supervisors kill after 10 s (Docker) or 30 s (Kubernetes). */
export const DEFAULT_DRAIN_S = 3;
export const MIN_TOKEN_CHARS = 16;

export const OPTIONS = {
  kubeconfig: { type: "string" },
  context: { type: "string" },
  demo: { type: "boolean" },
  "demo-mode": { type: "string" },
  "demo-users": { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  token: { type: "string" },
  "token-file": { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "behind-proxy": { type: "boolean" },
  "public-url": { type: "string" },
  "preview-domain": { type: "string" },
  "no-open": { type: "boolean" },
  "log-format": { type: "string" },
  "credential-plugins": { type: "string" },
  "login-timeout": { type: "string" },
  "drain-seconds": { type: "string" },
  "write-kubeconfig": { type: "string" },
  "state-dir": { type: "string" },
  config: { type: "string" },
  dev: { type: "boolean" },
  help: { type: "boolean" },
  version: { type: "boolean" },
} as const;

export type Name = keyof typeof OPTIONS;
export type Settings = Partial<Record<Name, string | boolean>>;

/** Questions, no settings: PORTHOLE_VERSION is what images call the version they hold. */
export const FLAG_ONLY: ReadonlySet<Name> = new Set<Name>(["help", "version"]);
/** What a file may hold as a number. */
export const NUMBERS: ReadonlySet<Name> = new Set<Name>(["port", "login-timeout", "drain-seconds"]);

export const USAGE = `Usage: npm start -- [flags]

  --kubeconfig FILE      as kubectl: KUBECONFIG (merged), ~/.kube/config, then in-cluster
  --context NAME         limit to one context
  --demo                 the embedded demo cluster (also used outside a pod when no kubeconfig is found)
  --demo-mode MODE       act as an API server before 1.29 (legacy), of 1.34 (phase1) or of 1.36 (phase2)
  --demo-users all       also the demo users whose roles hold only get, or only create, on streams
  --host, --port         where to listen (${DEFAULT_HOST}, ${DEFAULT_PORT}; port 0 picks a free one)
  --token-file FILE      the launch token is in this file; - is standard input (default: a fresh 256-bit one)
  --token T              the same in the open, at least ${MIN_TOKEN_CHARS} characters; prefer --token-file
  --tls-cert FILE        serve HTTPS with this certificate
  --tls-key FILE         and this key
  --behind-proxy         TLS ends in front of Porthole
  --public-url URL       how browsers reach Porthole
  --preview-domain HOST  previews live on p-<id>.HOST
  --no-open              do not open a browser
  --log-format FORMAT    text or json
  --credential-plugins   ask before a login plugin of the kubeconfig runs for the first time; or allow, or deny
  --login-timeout SEC    how long a login plugin may take while a person looks on (${DEFAULT_LOGIN_TIMEOUT_S})
  --drain-seconds SEC    how long what is open goes on after SIGTERM (${DEFAULT_DRAIN_S}; Ctrl-C does not wait)
  --write-kubeconfig     auto: refreshed OIDC tokens go into your kubeconfig, as kubectl does; or never
  --state-dir DIR        what is remembered between two starts ($XDG_STATE_HOME/porthole)
  --config FILE          a YAML or JSON file with the same names

Each flag can be set as PORTHOLE_<NAME> as well, for example PORTHOLE_LOG_FORMAT=json. A flag that is given twice counts
as it is given last.`;
