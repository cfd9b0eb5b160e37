/** A log as a file and as text for the clipboard: what is kept of it, as the container wrote it. */
import { markHidden } from "#protocol/hidden-characters.ts";
import { type LogLine, rawOf } from "./log-line.ts";
import type { LogTarget } from "./log-source.ts";

const DIVIDERS = {
  restart: "--- the container started anew ---",
  gap: "--- lines may be missing here ---",
} as const;

/** As `kubectl logs` prints it, with `--timestamps` where times are wanted. */
export function logText(lines: readonly LogLine[], times: boolean): string {
  return lines.map((line) => `${lineText(line, times)}\n`).join("");
}

function lineText(line: LogLine, times: boolean): string {
  if (line.divider) return DIVIDERS[line.divider];
  const missing = line.missing ? ` --- ${line.missing} more characters were not kept ---` : "";
  return `${times && line.time ? `${line.time} ` : ""}${rawOf(line)}${missing}`;
}

/** "pod_container_2026-11-20T10-00-00Z.log": names of Kubernetes hold nothing that a file's name may not. */
export function logFileName({ pod, container }: LogTarget, previous: boolean, now: number): string {
  const at = new Date(now).toISOString().slice(0, 19).replaceAll(":", "-");
  return `${markHidden(`${pod}_${container}`)}${previous ? "_previous" : ""}_${at}Z.log`;
}

/** Gives the browser a file to keep. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by the time anything else can be clicked.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
