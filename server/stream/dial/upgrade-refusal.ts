/** What an API server said instead of 101. */
import type { IncomingMessage } from "node:http";
import { decodeStatus } from "#protocol/status.ts";
import { UpgradeError } from "../errors.ts";
import { MAX_REFUSAL_BYTES } from "../websocket/websocket-limits.ts";

/** Enough to recognise the error page of a proxy. */
const MAX_KEPT_BODY_BYTES = 1024;

/** Reads a refusal's body, up to MAX_REFUSAL_BYTES, and makes an error of it that carries the Status. */
export async function refusalOf(response: IncomingMessage): Promise<UpgradeError> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.byteLength;
      if (length >= MAX_REFUSAL_BYTES) break;
    }
  } catch {
    // What came so far still says more than nothing.
  }
  const body = Buffer.concat(pieces).subarray(0, MAX_REFUSAL_BYTES);
  const code = response.statusCode ?? 0;
  const status = decodeStatus(body);
  const plain = response.headers["content-type"]?.startsWith("text/plain") ? body.toString().trim() : "";
  const message =
    status?.message || plain || `the API server answered ${code} ${response.statusMessage ?? ""}`.trim();
  const answer = {
    headers: response.headers,
    body: body.subarray(0, MAX_KEPT_BODY_BYTES).toString("utf8"),
  };
  return new UpgradeError(code, message, status?.kind === "Status" || status?.message ? status : null, {
    answer,
  });
}
