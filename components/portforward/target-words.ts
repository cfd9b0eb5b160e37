/** What a forward leads to, in words and as it is typed. */
import type { ForwardInfo } from "#protocol/api.ts";

const MAX_PORT = 65_535;

/** "web : 8080"; with the kind when it is no pod. */
export function targetWords(forward: Pick<ForwardInfo, "kind" | "name" | "port">): string {
  return `${targetName(forward)} : ${forward.port}`;
}

export function targetName({ kind, name }: Pick<ForwardInfo, "kind" | "name">): string {
  return kind === "Pod" ? name : `${kind.toLowerCase()}/${name}`;
}

/** A port as a person types it: "8080" or ":8080". Null when it is none. */
export function readPort(text: string): number | null {
  const digits = /^:?(\d{1,5})$/.exec(text.trim())?.[1];
  const port = Number(digits);
  return digits !== undefined && port >= 1 && port <= MAX_PORT ? port : null;
}
