/** Asks Porthole's doctor and gives its findings as they come. */
import { apiResponse } from "#components/ui/api-client.ts";
import type { DoctorRequest, DoctorStep } from "#protocol/doctor.ts";

/** A finding is a few sentences. */
const MAX_LINE_CHARS = 64 * 1024;

export interface Arrival {
  step: DoctorStep;
  /** Milliseconds since the request left. */
  afterMs: number;
}

/**
 * Ends with the verdict. Rejects with ApiError, or when the connection to Porthole is lost before the verdict.
 * @param base for tests; the page's own origin otherwise
 */
export async function* runDoctor(
  request: DoctorRequest,
  signal: AbortSignal,
  base = "",
): AsyncGenerator<Arrival, void, undefined> {
  const started = performance.now();
  const response = await apiResponse(`${base}/api/doctor`, { method: "POST", body: request, signal });
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (value ?? "")).split("\n");
      rest = done ? "" : (lines.pop() ?? "");
      if (rest.length > MAX_LINE_CHARS) throw new Error("Porthole's answer is not one of its doctor.");
      const afterMs = performance.now() - started;
      for (const line of lines) if (line !== "") yield { step: JSON.parse(line) as DoctorStep, afterMs };
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
