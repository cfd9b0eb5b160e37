import { describe, expect, it } from "vitest";
import { readPlace, writePlace } from "./address.ts";

describe("the place in the address", () => {
  it.each([
    ["", { cluster: null, namespace: null, selected: null, container: null }],
    ["?cluster=demo", { cluster: "demo", namespace: null, selected: null, container: null }],
    [
      "?cluster=demo&pod=default/web",
      { cluster: "demo", namespace: null, selected: "default/web", container: null },
    ],
    [
      "?cluster=demo&ns=default&pod=web",
      { cluster: "demo", namespace: "default", selected: "default/web", container: null },
    ],
    [
      "?cluster=demo&ns=default&pod=web&container=sidecar",
      { cluster: "demo", namespace: "default", selected: "default/web", container: "sidecar" },
    ],
    ["?cluster=..", { cluster: "..", namespace: null, selected: null, container: null }],
    ["?cluster=", { cluster: "", namespace: null, selected: null, container: null }],
    ["?cluster=a%2Fb%20c", { cluster: "a/b c", namespace: null, selected: null, container: null }],
  ])("reads and writes %j alike", (search, place) => {
    expect(readPlace(search)).toEqual(place);
    expect(writePlace(place)).toBe(search);
  });

  it("cannot mean a pod without a namespace", () => {
    expect(readPlace("?pod=web").selected).toBeNull();
  });

  it("cannot mean a container without a pod", () => {
    expect(readPlace("?ns=default&container=app").container).toBeNull();
  });

  it("names a pod of another namespace in full", () => {
    expect(writePlace({ cluster: "demo", namespace: "a", selected: "b/web", container: null })).toBe(
      "?cluster=demo&ns=a&pod=b/web",
    );
  });
});
