/** The table of flags: for each what it may be, how that is seen, and what is refused. flag-table.test.ts goes through it. */
import type { Config, readConfig } from "#server/config/config.ts";
import type { Name, OPTIONS } from "#server/config/options.ts";

export const TOKEN = "0123456789abcdef0123456789abcdef";

export interface Row {
  /** The second counts when both are given. */
  good: [string, string];
  /** What it is set to by the second. */
  set: (config: Config) => unknown;
  becomes?: unknown;
  bad: string[];
  /** Any text may be a name or a path; whether there is such a thing is found out later. */
  anyText?: true;
  /** What it needs beside it: a flag and a file in the folder. */
  beside?: [string, string];
}

const choice = (set: Row["set"], ...good: [string, string]): Row => ({
  good,
  set,
  bad: ["", "xml", good[0].toUpperCase(), `${good[0]},${good[1]}`],
});

/** Of the flags with a value. Names of files are in the folder. */
export const ROWS: Record<Exclude<Name, Switch>, Row> = {
  kubeconfig: { good: ["one", "two"], set: (config) => config.kubeconfig, bad: [""], anyText: true },
  context: { good: ["one", "two"], set: (config) => config.context, bad: [""], anyText: true },
  "demo-mode": choice((config) => config.demoMode, "legacy", "phase1"),
  "demo-users": choice((config) => config.demoUsers, "two", "all"),
  host: {
    good: ["localhost", "127.0.0.2"],
    set: (config) => config.host,
    bad: [
      ...[
        "",
        "0.0.0.0",
        "::",
        "*",
        "http://127.0.0.1",
        "127.0.0.1:80",
        "[::1]",
        "127.example.com",
        "256.1.1.1",
      ],
      ...["0", "0x7f.1", "2130706433", "fe80::1%lo", "localhost.example.com", "a b", "::ffff:10.0.0.1"],
    ],
  },
  port: {
    good: ["1", "65535"],
    set: (config) => config.port,
    becomes: 65_535,
    bad: ["", "http", "65536", "-1", "1.5", "0x10", "1e3", " 1", "99999999999"],
  },
  token: {
    good: ["test-token-0123456789", TOKEN],
    set: (config) => config.token,
    bad: [
      "",
      "short",
      "aaaaaaaaaaaaaaaa",
      "abcdefghijklmnop",
      "has spaces in the middle",
      "ünïcödé-token-0123",
    ],
  },
  "token-file": {
    good: ["token", "token"],
    set: (config) => config.token,
    becomes: TOKEN,
    bad: ["", "nothing", "cert.pem", "."],
  },
  "tls-cert": {
    good: ["cert.pem", "cert.pem"],
    set: (config) => config.tls?.cert.slice(0, 27),
    becomes: "-----BEGIN CERTIFICATE-----",
    bad: ["", "nothing", "key.pem", "token", "."],
    beside: ["--tls-key", "key.pem"],
  },
  "tls-key": {
    good: ["key.pem", "key.pem"],
    set: (config) => config.tls?.key.slice(0, 27),
    becomes: "-----BEGIN PRIVATE KEY-----",
    bad: ["", "nothing", "cert.pem", "token", "."],
    beside: ["--tls-cert", "cert.pem"],
  },
  "public-url": {
    good: ["https://a.example", "https://b.example:8443"],
    set: (config) => config.publicUrl?.origin,
    bad: [
      ...[
        "",
        "porthole.example.com",
        "ftp://a.example",
        "javascript:alert(1)",
        "https://",
        "http://a.example",
      ],
      ...["https://a.example/path", "https://a.example/?q", "https://a.example/#f", "https://u:p@a.example"],
      ...["https://:p@a.example", "http://127.example.com", "http://10.0.0.1", "https://a.example:99999"],
    ],
  },
  "preview-domain": {
    good: ["a.example", "b.example:8443"],
    set: (config) => config.previewDomain,
    bad: [
      "",
      "10.0.0.1",
      "1.2.3",
      "https://a.example",
      "a..b",
      "*.a.example",
      "a.example:99999",
      "A.example",
      "[::1]",
    ],
  },
  "log-format": choice((config) => config.logFormat, "text", "json"),
  "credential-plugins": choice((config) => config.credentialPlugins, "allow", "deny"),
  "login-timeout": {
    good: ["1", "3600"],
    set: (config) => config.loginTimeoutMs,
    becomes: 3_600_000,
    bad: ["", "0", "3601", "-1", "1.5", "5m", "forever"],
  },
  "drain-seconds": {
    good: ["0", "3600"],
    set: (config) => config.drainMs,
    becomes: 3_600_000,
    bad: ["", "3601", "-1", "1.5", "5s", "forever"],
  },
  "write-kubeconfig": choice((config) => (config.writeKubeconfig ? "auto" : "never"), "auto", "never"),
  "state-dir": {
    good: ["one", "two"],
    set: (config) => config.stateDir,
    bad: ["", "token", "token/below", "/dev/zero"],
    anyText: true,
  },
  config: {
    good: ["config.yaml", "config.yaml"],
    set: (config) => config.logFormat,
    becomes: "json",
    bad: ["", "nothing", "cert.pem", "."],
  },
};

type Switch = { [N in Name]: (typeof OPTIONS)[N]["type"] extends "boolean" ? N : never }[Name];
export const SWITCHES: Record<Switch, (config: Awaited<ReturnType<typeof readConfig>>) => unknown> = {
  demo: (config) => config.demo,
  "behind-proxy": (config) => config.behindProxy,
  "no-open": (config) => !config.open,
  dev: (config) => config.dev,
  help: (config) => config.question === "help",
  version: (config) => config.question === "version",
};
