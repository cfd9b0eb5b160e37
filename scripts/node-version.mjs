/**
 * One clear line when this Node is too old, before anything that needs a newer one is loaded.
 *
 * @param {string} engines package.json's range, of the form ">=20.19"
 * @param {string} running process.versions.node
 * @returns {string | null}
 */
export function nodeVersionProblem(engines, running) {
  const [wantMajor = 0, wantMinor = 0] = numbers(engines.replace(/^>=\s*/, ""));
  const [major = 0, minor = 0] = numbers(running);
  if (major > wantMajor || (major === wantMajor && minor >= wantMinor)) return null;
  return `Porthole needs Node ${wantMajor}.${wantMinor} or newer; this is Node ${running}.`;
}

/** @param {string} version */
function numbers(version) {
  return version.split(".").map(Number);
}
