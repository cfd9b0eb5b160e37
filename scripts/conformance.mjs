/**
 * `npm run conformance -- --kubeconfig F --context C`: the streaming conformance suite against any cluster, through the
 * built product. `--help` says the rest. The suite itself is e2e/conformance.
 */
import { runSources } from "./run-sources.mjs";

await runSources("e2e", "conformance", "main.ts");
