/**
 * Server-side printing: what `kubectl get` asks for with `Accept: application/json;as=Table;v=v1;g=meta.k8s.io`
 * (k8s.io/apiserver pkg/endpoints/handlers/response.go).
 */

import type { KubeObject } from "../objects/types.ts";
import { ApiError, badRequest } from "./api-error.ts";
import { OBJECT_COLUMNS } from "./object-columns.ts";
import { NAME_COLUMN, type TablePrinter } from "./table-column.ts";
import { WORKLOAD_COLUMNS } from "./workload-columns.ts";

export type Format = "object" | "table";
type IncludeObject = "None" | "Metadata" | "Object";

const PRINTERS: Record<string, TablePrinter> = { ...OBJECT_COLUMNS, ...WORKLOAD_COLUMNS };

/**
 * The first type in the Accept header that can be served.
 * @throws ApiError 406
 */
export function negotiateFormat(accept: string | undefined): Format {
  for (const range of (accept ?? "*/*").split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
    if (!["application/json", "application/*", "*/*"].includes(type)) continue;
    const as = parameters.find((parameter) => parameter.startsWith("as="));
    if (as === undefined) return "object";
    if (as === "as=Table" && parameters.includes("v=v1") && parameters.includes("g=meta.k8s.io")) {
      return "table";
    }
  }
  throw new ApiError(
    "NotAcceptable",
    "only the following media types are accepted: application/json, application/json;as=Table;v=v1;g=meta.k8s.io",
  );
}

/** @throws ApiError 400 for an unknown `includeObject` */
export function tableOf(
  objects: readonly KubeObject[],
  kind: string,
  resourceVersion: string,
  query: URLSearchParams,
): Record<string, unknown> {
  const include = includeObject(query);
  const printer = PRINTERS[kind] ?? PLAIN;
  const now = Date.now();
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion },
    columnDefinitions: printer.columns.map((column) => ({
      name: column.name,
      type: column.type,
      format: column.format ?? "",
      description: "",
      priority: column.priority ?? 0,
    })),
    rows: objects.map((object) => ({
      cells: printer.cells(object, now),
      object: rowObject(object, include),
    })),
  };
}

const PLAIN: TablePrinter = {
  columns: [NAME_COLUMN],
  cells: (object) => [object.metadata.name],
};

function includeObject(query: URLSearchParams): IncludeObject {
  const value = query.get("includeObject") || "Metadata";
  if (value !== "None" && value !== "Metadata" && value !== "Object") {
    throw badRequest(`invalid includeObject value: ${JSON.stringify(value)}`);
  }
  return value;
}

function rowObject(object: KubeObject, include: IncludeObject): unknown {
  if (include === "None") return null;
  if (include === "Object") return object;
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}
