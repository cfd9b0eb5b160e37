/** Asks Porthole's doctor and gives its findings as they come. */
import { apiResponse } from "#components/ui/api-client.ts";
import { bodyPieces } from "#components/ui/body-pieces.ts";
import type { DoctorRequest, DoctorStep } from "#protocol/doctor.ts";
import { readLines } from "#protocol/line-reader.ts";

/** A finding is a few sentences. What is longer is cut, and then no finding. */
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
  for await (const lines of readLines(bodyPieces(response.body), MAX_LINE_CHARS)) {
    const afterMs = performance.now() - started;
    for (const line of lines) if (line !== "") yield { step: readStep(line), afterMs };
  }
}

function readStep(line: string): DoctorStep {
  try {
    return JSON.parse(line) as DoctorStep;
  } catch (cause) {
    // A proxy's own page, most likely: it answers 200 and means something else.
    throw new Error("Porthole's answer is not one of its doctor.", { cause });
  }
}
