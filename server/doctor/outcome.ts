/** How a check ended, before the doctor makes a DoctorStep of it. */
import type { DoctorStep } from "#protocol/doctor.ts";
import { redact } from "#server/log.ts";

export type Outcome = Pick<DoctorStep, "found" | "hop" | "change" | "configuration"> & {
  result: "ok" | "warning" | "failed" | "skipped";
};

/** Where it fails and what to change. */
export type Advice = Pick<DoctorStep, "hop" | "change" | "configuration">;

/** What servers and proxies say may repeat a password: it stays here (threats.md A18). */
export function ok(found: string): Outcome {
  return { result: "ok", found: redact(found) };
}

export function warning(found: string, advice: Advice = {}): Outcome {
  return { result: "warning", found: redact(found), ...advice };
}

export function failed(found: string, advice: Advice): Outcome {
  return { result: "failed", found: redact(found), ...advice };
}

export function skipped(why: string): Outcome {
  return { result: "skipped", found: why };
}

/** The first letter in capitals: found texts are made of parts. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const end = /[.!?]$/.test(trimmed) ? "" : ".";
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${end}`;
}
