import { describe, expect, it } from "vitest";
import { type Pod, readPod } from "#components/pods/pod/pod.ts";
import { type PaletteSources, paletteSections } from "./palette-entries.ts";

function pod(name: string, port?: number): Pod {
  const read = readPod({
    metadata: { name, namespace: "default" },
    spec: { containers: [{ name: "app", ports: port === undefined ? [] : [{ containerPort: port }] }] },
  });
  if (!read) throw new Error("the fixture has a name");
  return read;
}

const cluster = { path: "/clusters/x", server: "https://x", namespace: "default", user: "u", current: false };
const target = { cluster: "demo", namespace: "default", pod: "web-0", container: "app", containers: ["app"] };
const session = {
  cluster: "demo",
  namespace: "default",
  pod: "web-0",
  container: "app",
  command: ["sh"],
  startedAt: 0,
  viewers: 0,
  ending: null,
};

const SOURCES: PaletteSources = {
  pods: [pod("api-web-1"), pod("web-0", 8080)],
  tabs: [{ id: "t1", kind: "shell", target, sessionId: "s1" }],
  sessions: [
    { ...session, id: "s1" },
    { ...session, id: "s2", pod: "db-0" },
  ],
  forwards: [],
  clusters: [
    { ...cluster, name: "demo" },
    { ...cluster, name: "prod-web" },
    { ...cluster, name: "broken-web", problem: "no credentials" },
  ],
  cluster: "demo",
  actions: [{ label: "Show the keys", run: () => {} }],
};

function offered(query: string): string[] {
  return paletteSections(SOURCES, query).map(
    ({ heading, entries }) => `${heading}: ${entries.map(({ type }) => type).join(" ")}`,
  );
}

describe("paletteSections", () => {
  it("begins with what is open and what can be done, without pods", () => {
    expect(offered("")).toEqual([
      "Open tabs: tab",
      "Left running: session",
      "Clusters: cluster",
      "Actions: action",
    ]);
  });

  it("puts the best pod first, with everything that can be done with it", () => {
    const [pods] = paletteSections(SOURCES, "web");
    expect(pods?.entries.map((entry) => ("pod" in entry ? `${entry.type} ${entry.pod.name}` : ""))).toEqual([
      "shell web-0",
      "logs web-0",
      "port web-0",
      "shell api-web-1",
    ]);
  });

  it("lists a session only where no tab shows it, and no cluster that cannot be used or is shown already", () => {
    expect(offered("db")).toEqual(["Left running: session"]);
    const clusters = paletteSections(SOURCES, "cluster").flatMap(({ entries }) => entries);
    expect(clusters.map((entry) => (entry.type === "cluster" ? entry.cluster.name : entry.type))).toEqual([
      "prod-web",
    ]);
  });

  it("wants every word, and offers nothing rather than an empty heading", () => {
    expect(offered("show keys")).toEqual(["Actions: action"]);
    expect(offered("show zzz")).toEqual([]);
  });
});
