// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { goToCluster, goToNamespace, lastNamespace, usePlace } from "./place-store.ts";

beforeEach(() => {
  localStorage.clear();
  usePlace.setState({ cluster: null, namespace: null, selected: null, container: null });
});

describe("the namespace", () => {
  it("is kept for each cluster, and found again when one comes back to it", () => {
    goToCluster("prod");
    goToNamespace("payments");
    goToCluster("staging");
    expect(usePlace.getState().namespace).toBeNull();
    goToNamespace("web");
    goToCluster("prod");
    expect(usePlace.getState()).toMatchObject({ cluster: "prod", namespace: "payments", selected: null });
    expect(lastNamespace("staging")).toBe("web");
  });

  it("is no longer kept once all were wanted", () => {
    goToCluster("prod");
    goToNamespace("payments");
    goToNamespace(null);
    expect(lastNamespace("prod")).toBeNull();
  });

  it("is all of them where the browser kept something else", () => {
    localStorage.setItem("porthole.namespaces", '{"prod":7}');
    expect(lastNamespace("prod")).toBeNull();
  });
});
