/**
 * `npm run matrix`: every client through Porthole to every kind of cluster, as a table in docs/compatibility.md.
 * `--check` compares with the committed table instead, `--help` says the rest. It is made in e2e/matrix.
 */
import { runSources } from "./run-sources.mjs";

await runSources("e2e", "matrix", "main.ts");
