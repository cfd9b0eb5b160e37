/**
 * Whether the packages and the build match the sources, told from stamps: a hash of the lock file's content, and
 * a hash of every source's path, size and modification time (content would take longer than the start itself).
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGES_STAMP = join("node_modules", ".porthole-lock");
/** Inside dist/. */
const BUILD_STAMP = ".porthole-stamp";
const BUILD_OUTPUTS = ["server.mjs", "demo.mjs", join("web", "index.html")].map((file) => join("dist", file));

/** What the build reads. The files a build writes itself (next-env.d.ts, tsconfig.json) must not be here. */
const SOURCES = [
  "app",
  "components",
  "protocol",
  "server",
  "public",
  "package.json",
  "package-lock.json",
  "next.config.mjs",
  "postcss.config.mjs",
  join("scripts", "build.mjs"),
  join("scripts", "bundle.mjs"),
];
/** Not part of the product: a change there needs no new build. */
const NOT_BUILT = /\.(test|contract|fixture)\.tsx?$|^(testing|vectors|faults)$/;

/** @param {string} root */
function packagesStamp(root) {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** True when node_modules is what package-lock.json asks for. @param {string} root */
export function packagesAreReady(root) {
  const stamp = readIfThere(join(root, PACKAGES_STAMP));
  if (stamp !== null) return stamp === packagesStamp(root);
  return installedByHand(root);
}

/** @param {string} root */
export function markPackagesReady(root) {
  writeFileSync(join(root, PACKAGES_STAMP), packagesStamp(root));
}

/** True when dist/ was built from the sources as they are. @param {string} root */
export function buildIsReady(root) {
  if (BUILD_OUTPUTS.some((file) => !existsSync(join(root, file)))) return false;
  return readIfThere(join(root, "dist", BUILD_STAMP)) === sourcesStamp(root);
}

/** @param {string} dist the folder that becomes dist/ @param {string} stamp sourcesStamp() from before the build */
export function markBuildReady(dist, stamp) {
  writeFileSync(join(dist, BUILD_STAMP), stamp);
}

/** @param {string} root */
export function sourcesStamp(root) {
  const hash = createHash("sha256");
  /** @param {string} path */
  const add = (path) => {
    const info = statSync(join(root, path), { throwIfNoEntry: false });
    if (!info) return;
    if (!info.isDirectory()) {
      hash.update(`${path}\0${info.size}\0${info.mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(join(root, path)).sort()) {
      if (!NOT_BUILT.test(name)) add(join(path, name));
    }
  };
  for (const source of SOURCES) add(source);
  return hash.digest("hex");
}

/**
 * Someone ran npm themselves, so there is no stamp. npm leaves a copy of the lock in node_modules; when every
 * package in it has the version that package-lock.json names, and only optional ones are missing, that will do.
 * @param {string} root
 */
function installedByHand(root) {
  const installedText = readIfThere(join(root, "node_modules", ".package-lock.json"));
  if (installedText === null) return false;
  const wanted = packagesOf(readFileSync(join(root, "package-lock.json"), "utf8"));
  const installed = packagesOf(installedText);
  if (wanted.size === 0) return false;
  for (const [path, entry] of wanted) {
    const found = installed.get(path);
    if (found ? found.version !== entry.version : !entry.optional) return false;
  }
  return true;
}

/** @param {string} lockText @returns {Map<string, { version?: string, optional?: boolean }>} */
function packagesOf(lockText) {
  try {
    const { packages } = JSON.parse(lockText);
    return new Map(Object.entries(packages).filter(([path]) => path !== ""));
  } catch {
    return new Map();
  }
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
