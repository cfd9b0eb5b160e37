/**
 * Requests to Porthole's own server: the key of who is signed in goes out, Status JSON comes back as an ApiError
 * with words for a person. Knows no endpoint and no shape.
 */

/** What a kubeconfig or a login plugin says may be a page of it. */
const MAX_ERROR_CHARS = 2_000;
const HTTP_UNAUTHORIZED = 401;

let keyHeader: { name: string; value: string } | null = null;

/** Sent with every request from now on; null: none is. A page on another origin can neither read it nor send the header. */
export function setApiKey(headerName: string, key: string | null): void {
  keyHeader = key === null ? null : { name: headerName, value: key };
}

let onUnauthorized: (() => void) | null = null;

/** Called after each answer with code 401: the sign-in may be over. One listener; null takes it away. */
export function setUnauthorizedListener(listener: (() => void) | null): void {
  onUnauthorized = listener;
}

export interface ApiRequest {
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal;
}

/** A request that was answered with an error, or not at all (status 0). `message` can be shown as it is. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The answer's header Retry-After, as it came. */
  readonly retryAfter: string | null;

  constructor(
    readonly status: number,
    message: string,
    /** The Status' reason ("Forbidden", "Expired"); "Unreachable" when no answer came, "Cut" when not all of it did. */
    readonly reason: string,
    options?: ErrorOptions & { retryAfter?: string | null },
  ) {
    super(message, options);
    this.retryAfter = options?.retryAfter ?? null;
  }
}

/** The response with its body unread, for streams. Rejects with ApiError on codes from 400; an abort stays an abort. */
export async function apiResponse(path: string, request: ApiRequest = {}): Promise<Response> {
  const headers = new Headers();
  if (keyHeader) headers.set(keyHeader.name, keyHeader.value);
  if (request.body !== undefined) headers.set("content-type", "application/json");
  const init: RequestInit = { method: request.method ?? "GET", headers, cache: "no-store" };
  if (request.body !== undefined) init.body = JSON.stringify(request.body);
  if (request.signal) init.signal = request.signal;
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (request.signal?.aborted) throw cause;
    throw unreachable(cause);
  }
  if (response.status === HTTP_UNAUTHORIZED) onUnauthorized?.();
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** The parsed JSON of the answer; undefined when it has no body. */
export async function apiFetch(path: string, request: ApiRequest = {}): Promise<unknown> {
  const response = await apiResponse(path, request);
  let text: string;
  try {
    text = await response.text();
  } catch (cause) {
    if (request.signal?.aborted) throw cause;
    throw new ApiError(0, "The answer broke off half-way.", "Cut", { cause });
  }
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError(response.status, "The answer of the server could not be read.", "Unreadable", {
      cause,
    });
  }
}

function unreachable(cause: unknown): ApiError {
  return new ApiError(0, "Porthole does not answer. Is it still running?", "Unreachable", { cause });
}

/** A Status says what happened in `message`; anything else (a proxy's page) is described by its code alone. */
async function errorOf(response: Response): Promise<ApiError> {
  const retryAfter = response.headers.get("retry-after");
  const fallback = `The server answered with code ${response.status}${response.statusText ? ` (${response.statusText})` : ""}.`;
  try {
    const value: unknown = await response.json();
    if (typeof value === "object" && value !== null) {
      const { message, reason } = value as { message?: unknown; reason?: unknown };
      const words =
        typeof message === "string" && message !== "" ? message.slice(0, MAX_ERROR_CHARS) : fallback;
      return new ApiError(response.status, words, typeof reason === "string" ? reason : "", { retryAfter });
    }
  } catch {
    // Not JSON: the code has to do.
  }
  return new ApiError(response.status, fallback, "", { retryAfter });
}

/** Any caught value in words. */
export function errorWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
