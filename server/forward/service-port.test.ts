import { describe, expect, it } from "vitest";
import type { KubePod, KubeService, ServicePort } from "#protocol/kube-object.ts";
import { podPort } from "./service-port.ts";

const pod: KubePod = {
  metadata: { name: "web-1" },
  spec: {
    containers: [{ ports: [{ name: "http", containerPort: 8080 }] }],
    initContainers: [{ ports: [{ name: "probe", containerPort: 9090 }] }],
  },
};

function service(ports: ServicePort[], clusterIP = "10.0.0.1"): KubeService {
  return { spec: { clusterIP, ports } };
}

describe("podPort", () => {
  it.each<[string, ServicePort, number]>([
    ["a number", { port: 80, targetPort: 8080 }, 8080],
    ["the name of a container's port", { port: 80, targetPort: "http" }, 8080],
    ["the name of an init container's port", { port: 80, targetPort: "probe" }, 9090],
    ["nothing, which means the same port", { port: 80 }, 80],
  ])("follows a targetPort that is %s", (_what, port, expected) => {
    expect(podPort("web", service([{ port: 443, targetPort: 1 }, port]), 80, pod)).toBe(expected);
  });

  it("does not map the ports of a headless service", () => {
    expect(podPort("web", service([{ port: 80, targetPort: 8080 }], "None"), 80, pod)).toBe(80);
  });

  it("says which port is missing, unsupported or not declared", () => {
    expect(() => podPort("web", service([]), 80, pod)).toThrow("Service web does not have a service port 80");
    expect(() => podPort("web", service([{ port: 53, protocol: "UDP" }]), 53, pod)).toThrow(
      "UDP protocol is not supported for 53",
    );
    expect(() => podPort("web", service([{ port: 80, targetPort: "nope" }]), 80, pod)).toThrow(
      "Pod web-1 does not have a named port 'nope'",
    );
  });
});
