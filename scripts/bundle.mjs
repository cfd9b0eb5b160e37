/**
 * The server as esbuild bundles it: dist/server.mjs, which holds credentials, and dist/demo.mjs, which runs processes on
 * this machine and is loaded only when the demo cluster is shown. What both need is in a file of its own beside them, so
 * that there is one log, with one list of secrets, in one process.
 */
import { ROOT } from "./run-step.mjs";

export const SERVER_FILE = "server.mjs";
export const DEMO_FILE = "demo.mjs";

/** What the CommonJS packages inside the bundle expect to find. */
const COMMONJS_GLOBALS = [
  'import{createRequire as __cr}from"node:module";',
  'import{fileURLToPath as __fp}from"node:url";',
  'import{dirname as __dn}from"node:path";',
  "const require=__cr(import.meta.url),__filename=__fp(import.meta.url),__dirname=__dn(__filename);",
].join("");

/**
 * @param {{ outdir: string, write?: boolean }} where
 * @returns {Promise<import("esbuild").Metafile>}
 */
export async function bundleServer({ outdir, write = true }) {
  const { build } = await import("esbuild");
  const { metafile } = await build({
    absWorkingDir: ROOT,
    // The demo's entry is what clusters.ts imports when it is asked for; being an entry makes it a file apart.
    entryPoints: { server: "server/main.ts", demo: "server/demo/demo-cluster.ts" },
    outdir,
    write,
    bundle: true,
    splitting: true,
    chunkNames: "shared-[hash]",
    platform: "node",
    target: "node20.19",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: "linked",
    legalComments: "linked",
    metafile: true,
    // Next is for development only; node-pty has native parts and is loaded by the demo cluster alone.
    external: ["next", "@lydell/node-pty", "bufferutil", "utf-8-validate", "pino-pretty"],
    define: { "process.env.NODE_ENV": '"production"' },
    banner: { js: COMMONJS_GLOBALS },
    logLevel: "error",
  });
  return metafile;
}

/**
 * What a process loads that loads the file: its own source files and those of every file it imports at once.
 * @param {import("esbuild").Metafile} metafile
 * @param {string} name SERVER_FILE or DEMO_FILE
 * @returns {{ bytes: number, inputs: string[] }}
 */
export function loadedWith(metafile, name) {
  const entry = Object.keys(metafile.outputs).find((path) => path.endsWith(`/${name}`));
  const found = new Set(entry ? [entry] : []);
  let bytes = 0;
  const inputs = [];
  for (const path of found) {
    const output = metafile.outputs[path];
    if (!output) continue;
    bytes += output.bytes;
    inputs.push(...Object.keys(output.inputs));
    for (const { path: next, kind } of output.imports) {
      if (kind === "import-statement" && next in metafile.outputs) found.add(next);
    }
  }
  return { bytes, inputs };
}
