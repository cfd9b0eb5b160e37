/** Request bodies of the JSON API. */
import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.ts";

const MAX_BODY_BYTES = 64 * 1024;
const BODY_TIMEOUT_MS = 10_000;

/** @throws HttpError 413, 408 when it does not come in time, 400 when it stops coming */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const take = (piece: Buffer) => {
      length += piece.byteLength;
      if (length > MAX_BODY_BYTES) fail(new HttpError(413, "the body is larger than 64 KiB"));
      else pieces.push(piece);
    };
    const over = () => {
      clearTimeout(timer);
      request.off("data", take).off("end", whole).off("close", broken).off("error", broken);
    };
    const whole = () => {
      over();
      resolve(Buffer.concat(pieces));
    };
    // What still comes is read and dropped: a client that is being reset does not see its answer.
    const fail = (error: HttpError) => {
      over();
      request.on("error", () => {}).resume();
      reject(error);
    };
    const broken = () => fail(new HttpError(400, "the body did not arrive whole"));
    const timer = setTimeout(
      () => fail(new HttpError(408, "the body did not come in time")),
      BODY_TIMEOUT_MS,
    );
    if (request.destroyed && !request.readableEnded) broken();
    else request.on("data", take).once("end", whole).once("close", broken).once("error", broken);
  });
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
