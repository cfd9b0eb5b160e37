/**
 * The import table of the house (ARCHITECTURE.md), as data. A room is a folder with one purpose; it may import
 * its own files and the rooms listed for it, and nothing else of ours.
 */

const server = (/** @type {string} */ rooms) => rooms.split(" ").map((room) => `server/${room}`);

/** @type {Record<string, string[]>} room -> rooms it may import; "components/*" stands for each of them */
export const MAY_IMPORT = {
  protocol: [],
  "components/jsx": ["protocol"],
  "components/ui": [],
  "components/terminal": ["protocol", "components/ui"],
  "components/portforward": ["protocol", "components/ui"],
  "components/pods": ["protocol", "components/ui"],
  "components/doctor": ["protocol", "components/ui"],
  "components/workbench": ["protocol", "components/*"],
  app: ["components/*"],
  "server/log": ["protocol"],
  "server/version": [],
  "server/files": [],
  "server/config": server("files"),
  "server/state": [],
  "server/spdy": [],
  "server/kube": ["protocol", ...server("state files log version")],
  "server/stream": ["protocol", ...server("spdy kube state")],
  "server/access": ["protocol", ...server("kube state log config")],
  "server/outcome": server("access session forward stream kube"),
  "server/observe": ["protocol", ...server("stream kube")],
  "server/session": ["protocol", ...server("access stream log")],
  "server/forward": ["protocol", ...server("access stream spdy kube log")],
  "server/preview": ["protocol", ...server("outcome forward access stream log")],
  "server/doctor": ["protocol", ...server("stream spdy kube log")],
  "server/http": [
    "protocol",
    ...server("outcome preview forward session observe access doctor stream kube log"),
  ],
  "server/demo": ["protocol", ...server("stream spdy log")],
  "server/testing": ["protocol", ...server("demo access kube stream spdy log")],
  server: [
    "protocol",
    ...server(
      "http preview forward session observe access doctor demo stream spdy kube files log config version",
    ),
  ],
  e2e: ["server/testing", "protocol", "scripts"],
  scripts: [],
  root: ["scripts"],
};

/** What a test may import beside what its room may. */
export const TESTS_MAY_IMPORT = ["server/testing"];

/** Rooms without an alias of their own; they are reached, and reach out, by relative paths. */
export const RELATIVE_ROOMS = new Set(["scripts", "e2e", "root"]);

/** @param {string} path */
export function isTest(path) {
  return /\.(test|contract|spec|fixture)\.tsx?$/.test(path);
}

/**
 * The room a file is in. Files right under server/ are the composition root, except those that lie below
 * the rooms: the log, the version.
 * @param {string} path
 */
export function roomOf(path) {
  const [top = "", second] = path.split("/");
  if (second === undefined) return "root";
  const leaf = /^server\/(log|version)(\.test)?(\.ts)?$/.exec(path);
  if (leaf) return `server/${leaf[1]}`;
  if (top === "server" || top === "components") {
    return path.split("/").length > 2 ? `${top}/${second}` : top;
  }
  return top;
}

/**
 * Packages with a fence of their own.
 * @type {{ name: RegExp, only: (path: string) => boolean, why: string }[]}
 */
export const PACKAGE_FENCES = [
  {
    name: /^ws$/,
    only: (path) =>
      /^(server\/(stream|testing)|e2e|scripts\/bench)\//.test(path) ||
      path.startsWith("server/demo/pod-servers") ||
      isTest(path),
    why: "only server/stream knows the WebSocket library",
  },
  {
    name: /^@lydell\/node-pty$/,
    only: (path) => path.startsWith("server/demo/"),
    why: "only the demo cluster runs processes, and it is optional",
  },
  {
    name: /^next(\/|$)/,
    only: (path) => /^(app|components)\//.test(path) || path === "server/http/pages/development-pages.ts",
    why: "Next stays away from what holds credentials",
  },
  {
    name: /^(react|react-dom)(\/|$)/,
    only: (path) => /^(app|components)\//.test(path),
    why: "the page alone renders",
  },
  {
    name: /^zod$/,
    only: () => false,
    why: 'import from "zod/mini", which is a twentieth of the size',
  },
];

/** Rooms whose product code runs in a browser or in both: no Node, and for protocol no package at all. */
export const NO_NODE = /^(protocol|components|app)\//;
export const NO_PACKAGES = /^(protocol|server\/spdy)\//;
