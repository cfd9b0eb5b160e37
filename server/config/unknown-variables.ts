/** Variables with our prefix that set nothing: a misspelt PORTHOLE_CREDENTIAL_PLUGINS must not be believed to hold. */
import { shown } from "./config-error.ts";
import { nearestName } from "./nearest-name.ts";
import { OPTIONS } from "./options.ts";
import { SERVICE_LINK, variableOf } from "./settings.ts";

const PREFIX = /^PORTHOLE_/i;
const MAX_WARNINGS = 10;
/** What tests, benchmarks and CI are told by; a server that they start has them in its environment. */
const OF_THE_TOOLS: ReadonlySet<string> = new Set([
  "PORTHOLE_FUZZ_RUNS",
  "PORTHOLE_KUBECTL",
  "PORTHOLE_LONG",
  "PORTHOLE_REFERENCE_BIN",
  "PORTHOLE_TALLY_FILE",
]);
/** What Kubernetes sets in each pod for a service whose name begins with ours: porthole, porthole-preview. */
const OF_A_SERVICE = /^PORTHOLE_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)$/;

/** @returns one line for each, with its name and never its value */
export function warningsOfUnknown(env: NodeJS.ProcessEnv): string[] {
  const known = new Set(Object.keys(OPTIONS).map(variableOf));
  const unknown = Object.entries(env).filter(([variable, value]) => {
    // Windows finds a variable whatever the case of its letters.
    const name = process.platform === "win32" ? variable.toUpperCase() : variable;
    if (!PREFIX.test(name) || !value || known.has(name) || OF_THE_TOOLS.has(name)) return false;
    return !OF_A_SERVICE.test(name) && !(name.endsWith("_PORT") && SERVICE_LINK.test(value));
  });
  const lines = unknown.slice(0, MAX_WARNINGS).map(([variable]) => {
    const nearest = nearestName(variable.replace(PREFIX, ""));
    const meant = nearest ? `is ${variableOf(nearest)} meant?` : "see --help";
    return `${shown(variable)} is no setting of Porthole's and is ignored: ${meant}`;
  });
  const more = unknown.length - lines.length;
  return more > 0 ? [...lines, `${more} more variables PORTHOLE_… are no settings and are ignored`] : lines;
}
