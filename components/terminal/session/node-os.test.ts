import { afterEach, expect, it, vi } from "vitest";
import { nodeIsWindows } from "./node-os.ts";

const TARGET = { cluster: "a/b", namespace: "shop", pod: "web-0", container: "app" };
const asked: string[] = [];

function serve(pod: object | number, node: object | number): void {
  asked.length = 0;
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    const answer = path.includes("/nodes/") ? node : pod;
    return typeof answer === "number"
      ? Response.json({ kind: "Status", message: "no" }, { status: answer })
      : Response.json(answer);
  });
}

afterEach(() => void vi.unstubAllGlobals());

const POD = { spec: { nodeName: "node 1" } };

it.each([
  ["its label", { metadata: { labels: { "kubernetes.io/os": "windows" } } }, true],
  ["the label of old clusters", { metadata: { labels: { "beta.kubernetes.io/os": "windows" } } }, true],
  ["its kubelet", { status: { nodeInfo: { operatingSystem: "windows" } } }, true],
  ["the label of another system", { metadata: { labels: { "kubernetes.io/os": "linux" } } }, false],
  ["nothing", {}, false],
])("asks the pod's node: %s", async (_by, node, windows) => {
  serve(POD, node);
  expect(await nodeIsWindows(TARGET)).toBe(windows);
  expect(asked).toEqual([
    "/clusters/a%2Fb/api/v1/namespaces/shop/pods/web-0",
    "/clusters/a%2Fb/api/v1/nodes/node%201",
  ]);
});

it("knows nothing for a person who may read neither, or a pod without a node", async () => {
  serve(POD, 403);
  expect(await nodeIsWindows(TARGET)).toBe(false);
  serve(403, {});
  expect(await nodeIsWindows(TARGET)).toBe(false);
  serve({ spec: {} }, { metadata: { labels: { "kubernetes.io/os": "windows" } } });
  expect(await nodeIsWindows(TARGET)).toBe(false);
  expect(asked).toHaveLength(1);
});
