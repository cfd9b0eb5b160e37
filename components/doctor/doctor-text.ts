/** The findings as plain text, for a message to whoever runs the cluster or the proxy. */
import type { DoctorStep } from "#protocol/doctor.ts";

export function doctorText(place: string, steps: readonly DoctorStep[]): string {
  const lines = [`The way from Porthole to ${place}`, ""];
  for (const { result, title, found, hop, change, configuration } of steps) {
    if (result === "running") continue;
    lines.push(`${result}: ${title}: ${found}`);
    if (hop) lines.push(`    where: ${hop}`);
    if (change) lines.push(`    change: ${change}`);
    if (configuration) lines.push(`    see: docs/proxies.md, "${configuration}"`);
  }
  return `${lines.join("\n")}\n`;
}
