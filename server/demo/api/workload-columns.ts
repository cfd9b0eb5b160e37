/** The columns of workloads (kubernetes pkg/printers/internalversion/printers.go). */

import type { Workload } from "../objects/types.ts";
import { ageOf, humanDuration } from "./human-duration.ts";
import {
  AGE_COLUMN,
  integer,
  labelText,
  NAME_COLUMN,
  type TablePrinter,
  text,
  wide,
} from "./table-column.ts";

const CONTAINERS = wide("Containers");
const IMAGES = wide("Images");
const SELECTOR = wide("Selector");

export const WORKLOAD_COLUMNS: Record<string, TablePrinter> = {
  Deployment: {
    columns: [
      NAME_COLUMN,
      text("Ready"),
      integer("Up-to-date"),
      integer("Available"),
      AGE_COLUMN,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    cells: (object, now) => {
      const { metadata, spec, status } = object as Workload;
      return [
        metadata.name,
        `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
        status.updatedReplicas ?? 0,
        status.availableReplicas ?? 0,
        ageOf(metadata.creationTimestamp, now),
        ...templateCells(object as Workload),
        labelText(spec.selector.matchLabels),
      ];
    },
  },
  ReplicaSet: {
    columns: [
      NAME_COLUMN,
      integer("Desired"),
      integer("Current"),
      integer("Ready"),
      AGE_COLUMN,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    cells: (object, now) => {
      const { metadata, spec, status } = object as Workload;
      return [
        metadata.name,
        spec.replicas ?? 0,
        status.replicas ?? 0,
        status.readyReplicas ?? 0,
        ageOf(metadata.creationTimestamp, now),
        ...templateCells(object as Workload),
        labelText(spec.selector.matchLabels),
      ];
    },
  },
  StatefulSet: {
    columns: [NAME_COLUMN, text("Ready"), AGE_COLUMN, CONTAINERS, IMAGES],
    cells: (object, now) => {
      const { metadata, spec, status } = object as Workload;
      const ready = `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`;
      const age = ageOf(metadata.creationTimestamp, now);
      return [metadata.name, ready, age, ...templateCells(object as Workload)];
    },
  },
  Job: {
    columns: [
      NAME_COLUMN,
      text("Status"),
      text("Completions"),
      text("Duration"),
      AGE_COLUMN,
      CONTAINERS,
      IMAGES,
      SELECTOR,
    ],
    cells: (object, now) => {
      const { metadata, spec, status } = object as Workload;
      const start = Date.parse(status.startTime ?? metadata.creationTimestamp);
      const end = status.completionTime ? Date.parse(status.completionTime) : now;
      return [
        metadata.name,
        status.completionTime ? "Complete" : "Running",
        `${status.succeeded ?? 0}/${spec.completions ?? 1}`,
        humanDuration(end - start),
        ageOf(metadata.creationTimestamp, now),
        ...templateCells(object as Workload),
        labelText(spec.selector.matchLabels),
      ];
    },
  },
};

function templateCells(workload: Workload): [string, string] {
  const { containers } = workload.spec.template.spec;
  return [
    containers.map((container) => container.name).join(","),
    containers.map((container) => container.image).join(","),
  ];
}
