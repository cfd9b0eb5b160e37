/** What the demo's containers print: line n of each, and how often one comes. */

export interface LogVoice {
  everyMs: number;
  line(n: number): string;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

const ORDERS = ["tea", "coffee", "maps", "lamps", "books"];

const PROBE: LogVoice = {
  everyMs: 10 * SECOND_MS,
  line: () => '172.18.0.3 "GET /healthz HTTP/1.1" 200 3 "kube-probe/1.36"',
};

/** By container name within the image's last path part, without its tag. */
const VOICES: Record<string, LogVoice> = {
  debian: { everyMs: SECOND_MS, line: (n) => `tick ${n}` },
  web: PROBE,
  storefront: PROBE,
  "log-shipper": {
    everyMs: 30 * SECOND_MS,
    line: (n) => `shipped ${3 + (n % 4)} lines, offset ${1_048_576 + n * 311}`,
  },
  api: {
    everyMs: 15 * SECOND_MS,
    line: (n) =>
      JSON.stringify({
        level: "info",
        msg: "order accepted",
        order: 4_200 + n,
        item: ORDERS[n % ORDERS.length],
        ms: 3 + ((n * 7) % 23),
      }),
  },
  redis: {
    everyMs: 5 * MINUTE_MS,
    line: (n) => `1:M * ${100 + (n % 50)} changes in 300 seconds. Saving...`,
  },
  coredns: {
    everyMs: MINUTE_MS,
    line: (n) =>
      `[INFO] 10.244.1.7:${40_000 + ((n * 137) % 20_000)} - "A IN api.team-a.svc.cluster.local." NOERROR`,
  },
};

/** Undefined: the container's lines come from what happens to it. */
export function voiceOf(image: string): LogVoice | undefined {
  const name = image.split("/").at(-1)?.split(":")[0] ?? "";
  return VOICES[name];
}

export const IMPORTER_LINES = [
  "importer 2.3.1 starting",
  "reading settings from /etc/importer/settings.yaml",
  "connecting to postgres.batch.svc.cluster.local:5432",
  "fatal: dial tcp 10.96.200.12:5432: connect: connection refused",
];

export const REPORT_LINES = [
  "report 1.0.8: collecting orders of yesterday",
  "read 18 204 orders in 61.2 s",
  "wrote report-yesterday.pdf (412 KiB)",
  "done in 1m31s",
];
