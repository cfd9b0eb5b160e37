/** A list of the page, read within limits: whose fault it is when it does not come whole is told apart here. */
import { ApiError, apiResponse } from "#components/ui/api-client.ts";
import { bodyPieces } from "#components/ui/body-pieces.ts";
import type { KubeList, KubeObject } from "#protocol/kube-object.ts";

/** Longer than Porthole waits for the API server, whose fault it then says. */
export const ANSWER_MS = 45_000;
/** A page of 500 pods is a few megabytes. */
const MAX_LIST_CHARS = 64 * 1024 * 1024;

/** Both runtimes of this module have it. */
const decoder = () => new TextDecoder();

/**
 * @param answerMs to the head, and then between two pieces
 * @throws ApiError, or the abort of the signal
 */
export async function readList<T extends KubeObject>(
  path: string,
  signal: AbortSignal,
  answerMs: number,
): Promise<KubeList<T>> {
  const idle = new AbortController();
  const start = () => setTimeout(() => idle.abort(), answerMs);
  let timer = start();
  let answered = false;
  try {
    const { body } = await apiResponse(path, { signal: AbortSignal.any([signal, idle.signal]) });
    answered = true;
    const text = decoder();
    let json = "";
    for await (const piece of body ? bodyPieces(body) : []) {
      clearTimeout(timer);
      timer = start();
      json += text.decode(piece, { stream: true });
      if (json.length > MAX_LIST_CHARS) throw unreadable("The list is too large for a page to hold.");
    }
    return listIn(json);
  } catch (cause) {
    if (signal.aborted || cause instanceof ApiError) throw cause;
    if (!answered)
      throw new ApiError(0, "Porthole has taken the request and does not answer it.", "Unreachable", {
        cause,
      });
    const how = idle.signal.aborted ? "stopped coming" : "broke off";
    throw new ApiError(
      0,
      `The list ${how} half-way: the API server, Porthole or the network between cut it.`,
      "Cut",
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

function listIn<T extends KubeObject>(json: string): KubeList<T> {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch (cause) {
    throw unreadable("The API server's answer is not JSON. Is the address that of a cluster?", cause);
  }
  // An empty list of a Go program may be null.
  const items = (list as { items?: unknown } | null)?.items;
  if (
    typeof list !== "object" ||
    list === null ||
    !("items" in list) ||
    !(items === null || Array.isArray(items))
  )
    throw unreadable("The API server's answer is JSON, and not a list. Is the address that of a cluster?");
  return list as KubeList<T>;
}

function unreadable(words: string, cause?: unknown): ApiError {
  return new ApiError(0, words, "Unreadable", { cause });
}
