/**
 * `npm run bench [-- --quick] [--reference FOLDER] [--kubectl FILE]`: Porthole against kubectl, in one run, in turn.
 *
 * FOLDER holds `refcluster` and `kubectl` (or PORTHOLE_REFERENCE_BIN names it). Without one the API server is the demo
 * cluster, and without a kubectl the peer is the same plain v5 client without Porthole in between.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, reportFailure } from "./prepare.mjs";

const { values } = parseArgs({
  options: { quick: { type: "boolean" }, reference: { type: "string" }, kubectl: { type: "string" } },
});

async function bench() {
  // Only now: these need the installed packages.
  const { startPeer } = await import("./bench/setup.mjs");
  const measures = await import("./bench/measures.mjs");
  const { stopPrograms } = await import("./bench/processes.mjs");
  const { table } = await import("./bench/report.mjs");
  const folder = mkdtempSync(join(tmpdir(), "porthole-bench-"));
  try {
    const setup = await startPeer(folder, {
      quick: values.quick === true,
      reference: values.reference ?? process.env.PORTHOLE_REFERENCE_BIN,
      kubectl: values.kubectl ?? process.env.PORTHOLE_KUBECTL,
    });
    console.log(`API server: ${setup.apiServer.name}; peer: ${setup.peerName}; Node ${process.version}\n`);
    const rows = [];
    const measure = async (run) => {
      const row = await run(setup);
      rows.push(row);
      console.log(`${row.what}: ${row.ours} against ${row.peer}, ${row.ratio}; target ${row.target}`);
    };
    // First, while the server is fresh: a heap that has carried gigabytes hides what a terminal adds.
    await measure(measures.terminalMemory);
    await measure(measures.execThroughput);
    await measure(measures.echoLatency);
    if (setup.forward.peer !== null) {
      await measure((one) => measures.forwardThroughput(one, 1));
      await measure((one) => measures.forwardThroughput(one, 64));
      await measure(measures.smallRequests);
    } else {
      console.log("forwards: skipped, there is no kubectl to compare with");
    }
    console.log(`\n${table(rows, setup.peerName)}`);
  } finally {
    await stopPrograms();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  process.exit(reportFailure(error));
}
await bench();
