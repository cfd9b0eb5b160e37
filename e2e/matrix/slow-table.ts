/** The slow readers as the last section of docs/compatibility.md. */

import { SLOW_PROOFS } from "./proofs/slow-proofs.ts";
import type { SlowCell, SlowEnd } from "./run-slow.ts";
import type { SlowRow } from "./slow-rows.ts";
import { markdownRow } from "./table.ts";
import type { Upstream } from "./upstreams.ts";

const HEADING = "## A slow reader";

function introduction(seconds: number): string {
  return `${HEADING}

Made by \`npm run matrix -- --slow\`. Something is not read for ${seconds} s while the other end sends random data without a pause;
then it is read to the end. "Goes on" means that the stream lived and that its 32 MiB have the same SHA-256; "gives up" that
the client itself ended it.

- **exec, output**: the client does not read what the command prints.
- **exec, input**: the command does not read what the client sends.
- **port-forward**: a client of the forwarded port sends all the time and does not read; the pod's echo waits with it.

In the page its script is held. Porthole lets the command wait 10 s for it; then the command goes on, and the page says
how many bytes it will never show. Its terminal goes on. Its input is 128 KiB of text, its port-forward a \`fetch\`.
client-node keeps in memory what its reader does not take, so its socket is held instead.

"kubectl 1.36 without Porthole" speaks with the cluster itself. Over a WebSocket this kubectl gives up a connection of exec
that brought it no pong for 61 s, or took none of its input for 60 s (\`i/o timeout\`), whoever it speaks with: while its
own output waits it reads no pongs, and a command that reads no input makes it wait. An API server that does not read
answers no pings either; Porthole sends pongs unasked, so there kubectl's second limit alone counts. With SPDY
(\`KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false\`) it has neither; without Porthole it uses SPDY by itself where the API server
has nothing newer.

In port-forward both directions are full. Bytes were then seen to lie still between upstream's API server and its kubelet
for minutes after the client read again, while Porthole held nothing unsent and nothing unread: one connection in each of
three runs, always the plain client's, which sends no SPDY pings. One went on within the 240 s of the proof, two did not.
`;
}

/** @param waitMs so long nothing was read */
export function renderSlow(
  cells: readonly SlowCell[],
  upstreams: readonly Upstream[],
  rows: readonly SlowRow[],
  waitMs: number,
): string {
  const lines = rows.flatMap((row) =>
    SLOW_PROOFS.map((proof) => {
      const ends = upstreams.map(({ name }) => {
        const found = cells.find(
          (one) => one.upstream === name && one.client === row.name && one.proof === proof,
        );
        return found ? slowText(found.end) : "not tried";
      });
      return markdownRow([row.name, proof, ...ends]);
    }),
  );
  const heads = ["client", "what waits", ...upstreams.map(({ name }) => name)];
  return [
    introduction(waitMs / 1000),
    markdownRow(heads),
    markdownRow(heads.map(() => "---")),
    ...lines,
    "",
  ].join("\n");
}

/** As it stands in the table. */
export function slowText(end: SlowEnd): string {
  switch (end.kind) {
    case "goes on":
      return "goes on";
    case "own end":
      return "gives up";
    case "fails":
      return "**ends**";
    case "skipped":
      return "not tried";
  }
}

/** The two parts of the document; each is written by a run of its own. */
export function splitDocument(text: string): { cells: string; slow: string } {
  const at = text.indexOf(`\n${HEADING}`);
  return at < 0 ? { cells: text, slow: "" } : { cells: text.slice(0, at), slow: text.slice(at + 1) };
}

export function joinDocument({ cells, slow }: { cells: string; slow: string }): string {
  return slow === "" ? cells : `${cells.trimEnd()}\n\n${slow}`;
}
