/** The matrix as a document, and back: docs/compatibility.md. */
import { cellText, type MatrixCell, type MatrixResult, OPERATIONS } from "./cell.ts";
import { MODE_WORDS, type Upstream } from "./upstreams.ts";

const INTRODUCTION = `# Compatibility

Every client through Porthole to every kind of cluster, made by \`npm run matrix\`; \`npm run matrix -- --check\` compares
it with what happens now. Clients reach Porthole over TLS (\`--tls-cert\`). A cell that names a path works, over that
path: what the client speaks with Porthole, then what Porthole speaks with the API server.

What was tried in each cell:

- **exec, terminal**: the size and its arrival; exit codes 0, 1 and 137, a command that was killed, and a connection that
  broke without a status, all told apart; random bytes up, down and both ways at once with the same SHA-256.
- **exec, pipe**: the same without a terminal, and that the end of the input ends \`cat\`.
- **attach**: the output of the container's main process, which reads no input.
- **port-forward**: four connections at a time; random bytes up, down and both ways at once with the same SHA-256.
- **cp**: a file up, and one up while another comes down, with the same SHA-256.

In exec the command ends only when its output has arrived: upstream's API server may cut off what a slow client has not
read when a command ends, and tell exit code 0, with Porthole or without (kubernetes#124571).

A kubectl that speaks SPDY takes the end of its connection for the end of its command: when an API server before 1.29 dies
under it, it says nothing and exits with 0. Through Porthole the same kubectl says that no exit status was received, and
exits with 1 (\`e2e/reference/kubectl-limits.test.ts\`).

"SPDY", "tunnel" and "old WebSocket form" are the three wires of port-forward: plain SPDY, SPDY in a WebSocket, and
the channels of old kubelets.

- A "-" is an operation that the client does not have: the page has terminals and forwards.
- A forward of the page is a page of the pod that moves the data with \`fetch\`.
- client-node is version 1.4, because 2.0 does not load on Node 20. Its port-forward is the old WebSocket form, which has
  no half-close: a connection ends as a whole. Its \`cpFromPod\` packs with gzip and unpacks without, against any cluster;
  it was tried without gzip.
`;

const REFERENCE_NOTE = `The reference cluster is upstream Kubernetes code: the API server's stream translator, stream tunnel and proxy in front
of the kubelet's streaming server. The demo cluster is the one inside Porthole, on its own port.
`;

const MIB = 1024 * 1024;

function amount(bytes: number): string {
  return `It was ${bytes / MIB} MiB each way. In the page's terminal it is what a person can type and read: up to 128 KiB up and
8 MiB down, as text.
`;
}

export function renderDocument(
  bytes: number,
  result: MatrixResult,
  upstreams: readonly Upstream[],
  clients: readonly string[],
): string {
  const sections = upstreams.map((upstream) => renderUpstream(result, upstream, clients));
  return `${[INTRODUCTION, amount(bytes), REFERENCE_NOTE, ...sections].join("\n")}`;
}

function renderUpstream(result: MatrixResult, { name, mode }: Upstream, clients: readonly string[]): string {
  const rows = clients.map((client) => {
    const cells = OPERATIONS.map((operation) => {
      const found = result.cells.find(
        (one) => one.upstream === name && one.client === client && one.operation === operation,
      );
      return found ? cellText(found.cell) : "not tried";
    });
    return markdownRow([client, ...cells]);
  });
  const fallbacks = [...(result.fallbacks.get(name) ?? [])].sort().map((reason) => `- ${reason}`);
  return [
    `## ${capitalized(name)}`,
    "",
    `Stands for ${MODE_WORDS[mode]}.`,
    "",
    markdownRow(["client", ...OPERATIONS]),
    markdownRow(["---", ...OPERATIONS.map(() => "---")]),
    ...rows,
    "",
    ...(fallbacks.length > 0 ? ["Why SPDY:", "", ...fallbacks, ""] : []),
  ].join("\n");
}

/** The cells of a document, by upstream, client and operation. */
export function readDocument(text: string): Map<string, string> {
  const cells = new Map<string, string>();
  let upstream = "";
  for (const line of text.split("\n")) {
    const heading = /^## (.+)$/.exec(line)?.[1];
    if (heading) upstream = heading;
    const [client = "", ...values] = line.startsWith("| ") ? line.slice(2, -2).split(" | ") : [];
    if (values.length !== OPERATIONS.length) continue;
    for (const [index, operation] of OPERATIONS.entries()) {
      cells.set(`${upstream}, ${client}, ${operation}`, values[index] ?? "");
    }
  }
  return cells;
}

/** Where a cell stands in readDocument's answer. */
export function cellKey({ upstream, client, operation }: MatrixCell): string {
  return `${capitalized(upstream)}, ${client}, ${operation}`;
}

export function markdownRow(values: readonly string[]): string {
  return `| ${values.join(" | ")} |`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
