/** Request bodies of the JSON API. */
import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.ts";

const MAX_BODY_BYTES = 64 * 1024;
const BODY_TIMEOUT_MS = 10_000;

/** @throws HttpError 413, or 400 when the body stops coming */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => request.destroy(), BODY_TIMEOUT_MS);
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      length += piece.byteLength;
      if (length > MAX_BODY_BYTES) throw new HttpError(413, "the body is larger than 64 KiB");
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, "the body did not arrive whole", { cause: error });
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(pieces);
}

/**
 * A JSON object. The content type is required: a form of another page can send anything else (threats.md A4).
 * @throws HttpError 400, 413, 415
 */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new HttpError(415, "the body must be application/json");
  const body = await readBody(request);
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new HttpError(400, "the body is not JSON", { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new HttpError(400, "the body must be a JSON object");
  }
  return value as Record<string, unknown>;
}
