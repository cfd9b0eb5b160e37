/** Reads a JSON answer of the API server within a limit, and turns refusals into errors with the Status inside. */
import type { IncomingMessage } from "node:http";
import { decodeStatus } from "#protocol/status.ts";
import { KubeError } from "../errors.ts";

/** A list of some thousand pods. Larger ones are relayed as streams, never read whole. */
const MAX_JSON_BYTES = 32 * 1024 * 1024;

/**
 * @param user the kubeconfig's user, for the words of a 401
 * @throws KubeError STATUS for codes from 400, BAD_ANSWER for redirects and for what is no JSON
 */
export async function readJson(answer: IncomingMessage, user: string): Promise<unknown> {
  const code = answer.statusCode ?? 0;
  if (code >= 300 && code < 400) {
    answer.destroy();
    throw new KubeError(
      "BAD_ANSWER",
      `The API server answered with a redirect (${code}), which is never followed.`,
    );
  }
  const body = await readBody(answer);
  if (code >= 400) {
    const status = decodeStatus(body) ?? undefined;
    throw new KubeError("STATUS", refusalText(code, status?.message, user), { httpStatus: code, status });
  }
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new KubeError(
      "BAD_ANSWER",
      "The API server's answer is not JSON; is the address that of a cluster?",
      {
        cause: error,
      },
    );
  }
}

async function readBody(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.byteLength;
    if (size > MAX_JSON_BYTES) {
      answer.destroy();
      throw new KubeError("BAD_ANSWER", `The API server's answer is larger than ${MAX_JSON_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function refusalText(code: number, message: string | undefined, user: string): string {
  // "Unauthorized" is all that API servers say; it does not tell what to do.
  if (code === 401)
    return `The API server does not accept the credential of the user "${user}" (401 Unauthorized).`;
  return message || `The API server answered with HTTP ${code} and no reason.`;
}
