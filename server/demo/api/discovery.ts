/** What a client asks before it asks for anything: versions, groups and the resources of each. */
import { apiVersionOf, RESOURCE_KINDS } from "./resource-kinds.ts";

interface ApiResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  kind: string;
  verbs: string[];
  group?: string;
  version?: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
}

const READ = ["get", "list", "watch"];

/** Served beside the kinds that the store holds. */
const OTHER_RESOURCES: Record<string, ApiResource[]> = {
  v1: [
    subresource("pods/attach", "PodAttachOptions", ["create", "get"]),
    subresource("pods/exec", "PodExecOptions", ["create", "get"]),
    subresource("pods/log", "Pod", ["get"]),
    subresource("pods/portforward", "PodPortForwardOptions", ["create", "get"]),
  ],
  "authorization.k8s.io/v1": [
    review("selfsubjectaccessreviews", "SelfSubjectAccessReview"),
    review("selfsubjectrulesreviews", "SelfSubjectRulesReview"),
  ],
  "authentication.k8s.io/v1": [review("selfsubjectreviews", "SelfSubjectReview")],
};

const GROUP_VERSIONS = [...new Set([...RESOURCE_KINDS.map(apiVersionOf), ...Object.keys(OTHER_RESOURCES)])];

/**
 * The answer for a discovery path; undefined when the path is none.
 * @param gitVersion of the API server
 */
export function discover(path: string, gitVersion: string): unknown {
  const parts = path.split("/").filter((part) => part !== "");
  if (path === "/version") return versionInfo(gitVersion);
  if (parts[0] === "api") {
    if (parts.length === 1) {
      const serverAddressByClientCIDRs: unknown[] = [];
      return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs };
    }
    return parts.length === 2 ? resourceList(parts[1]!) : undefined;
  }
  if (parts[0] !== "apis") return undefined;
  const groups = GROUP_VERSIONS.filter((groupVersion) => groupVersion.includes("/")).map(apiGroup);
  if (parts.length === 1) return { kind: "APIGroupList", apiVersion: "v1", groups };
  const group = groups.find((entry) => entry.name === parts[1]);
  if (parts.length === 2) return group && { kind: "APIGroup", apiVersion: "v1", ...group };
  return parts.length === 3 ? resourceList(`${parts[1]}/${parts[2]}`) : undefined;
}

function versionInfo(gitVersion: string) {
  const [, major = "", minor = ""] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: `node${process.version}`,
    compiler: "node",
    platform: `linux/${process.arch === "x64" ? "amd64" : process.arch}`,
  };
}

function apiGroup(groupVersion: string) {
  const [name = "", groupsVersion = ""] = groupVersion.split("/");
  const entry = { groupVersion, version: groupsVersion };
  return { name, versions: [entry], preferredVersion: entry };
}

function resourceList(groupVersion: string): unknown {
  if (!GROUP_VERSIONS.includes(groupVersion)) return undefined;
  const stored = RESOURCE_KINDS.filter((kind) => apiVersionOf(kind) === groupVersion).map(
    (kind): ApiResource => ({
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: READ,
      ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
      ...(kind.categories && { categories: kind.categories }),
    }),
  );
  const resources = [...stored, ...(OTHER_RESOURCES[groupVersion] ?? [])];
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

function subresource(name: string, kind: string, verbs: string[]): ApiResource {
  return { name, singularName: "", namespaced: true, kind, verbs };
}

function review(name: string, kind: string): ApiResource {
  return { name, singularName: "", namespaced: false, kind, verbs: ["create"] };
}
