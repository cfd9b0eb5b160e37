/** The columns of core objects (kubernetes pkg/printers/internalversion/printers.go). */

import type { KubeEvent, KubeObject, Namespace, Node, Service } from "../objects/types.ts";
import { ageOf } from "./human-duration.ts";
import { POD_PRINTER } from "./pod-columns.ts";
import { AGE_COLUMN, labelText, NAME_COLUMN, NONE, type TablePrinter, text, wide } from "./table-column.ts";

export const OBJECT_COLUMNS: Record<string, TablePrinter> = {
  Pod: POD_PRINTER,
  Namespace: {
    columns: [NAME_COLUMN, text("Status"), AGE_COLUMN],
    cells: (object, now) => {
      const { metadata, status } = object as Namespace;
      return [metadata.name, status.phase, ageOf(metadata.creationTimestamp, now)];
    },
  },
  Node: {
    columns: [
      NAME_COLUMN,
      text("Status"),
      text("Roles"),
      AGE_COLUMN,
      text("Version"),
      wide("Internal-IP"),
      wide("External-IP"),
      wide("OS-Image"),
      wide("Kernel-Version"),
      wide("Container-Runtime"),
    ],
    cells: nodeCells,
  },
  Service: {
    columns: [
      NAME_COLUMN,
      text("Type"),
      text("Cluster-IP"),
      text("External-IP"),
      text("Port(s)"),
      AGE_COLUMN,
      wide("Selector"),
    ],
    cells: (object, now) => {
      const { metadata, spec } = object as Service;
      const ports = spec.ports.map((port) => `${port.port}/${port.protocol}`).join(",");
      const age = ageOf(metadata.creationTimestamp, now);
      return [metadata.name, spec.type, spec.clusterIP, NONE, ports, age, labelText(spec.selector)];
    },
  },
  Event: {
    columns: [
      text("Last Seen"),
      text("Type"),
      text("Reason"),
      text("Object"),
      wide("Subobject"),
      wide("Source"),
      text("Message"),
      wide("First Seen"),
      wide("Count"),
      wide("Name"),
    ],
    cells: eventCells,
  },
};

function nodeCells(object: KubeObject, now: number): string[] {
  const { metadata, status } = object as Node;
  const ready = status.conditions.find((condition) => condition.type === "Ready")?.status === "True";
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(metadata.labels ?? {})
    .filter((label) => label.startsWith(prefix))
    .map((label) => label.slice(prefix.length));
  const address = status.addresses.find((entry) => entry.type === "InternalIP")?.address ?? NONE;
  const { kubeletVersion, osImage, kernelVersion, containerRuntimeVersion } = status.nodeInfo;
  return [
    metadata.name,
    ready ? "Ready" : "NotReady",
    roles.join(",") || NONE,
    ageOf(metadata.creationTimestamp, now),
    kubeletVersion ?? "",
    address,
    NONE,
    osImage ?? "",
    kernelVersion ?? "",
    containerRuntimeVersion ?? "",
  ];
}

function eventCells(object: KubeObject, now: number): (string | number)[] {
  const event = object as KubeEvent;
  const { kind, name, fieldPath } = event.involvedObject;
  const lastSeen = ageOf(event.lastTimestamp, now);
  const source = [event.source.component, event.source.host].filter(Boolean).join(", ");
  return [
    lastSeen,
    event.type,
    event.reason,
    `${kind.toLowerCase()}/${name}`,
    fieldPath ?? "",
    source,
    event.message,
    ageOf(event.firstTimestamp, now),
    String(event.count),
    event.metadata.name,
  ];
}
