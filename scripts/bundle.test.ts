/** What is in the files of dist/: the demo cluster is apart from what holds credentials, and its faults are in neither. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleServer, DEMO_FILE, loadedWith, SERVER_FILE } from "./bundle.mjs";

let folder: string;
let metafile: Metafile;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
  metafile = await bundleServer({ outdir: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ofTheDemo = (path: string) => path.startsWith("server/demo/");

it("loads no file of the demo with the server", () => {
  const { inputs } = loadedWith(metafile, SERVER_FILE);
  expect(inputs).toContain("server/main.ts");
  expect(inputs.filter(ofTheDemo)).toEqual([]);
  expect(loadedWith(metafile, DEMO_FILE).inputs.filter(ofTheDemo).length).toBeGreaterThan(50);
});

it("loads each file once, however many need it", () => {
  const [server, demo] = [SERVER_FILE, DEMO_FILE].map((name) => loadedWith(metafile, name).inputs);
  expect(server).toContain("server/log.ts");
  expect(demo).toContain("server/log.ts");
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  expect(inputs.filter((path) => path === "server/log.ts")).toHaveLength(1);
});

it("holds nothing that is for tests", () => {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  const forTests = /^server\/(demo\/faults|testing|.*\/testing)\/|\.(test|fixture)\.ts$|standalone\.ts$/;
  expect(inputs.filter((path) => forTests.test(path))).toEqual([]);
});

it("says in one line that the demo was left out of an installation", () => {
  rmSync(join(folder, DEMO_FILE));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, SERVER_FILE), "--demo", "--no-open", "--port", "0"],
    { encoding: "utf8" },
  );
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: "",
    stderr: "porthole: this installation is without the demo cluster: give --kubeconfig\n",
  });
});
