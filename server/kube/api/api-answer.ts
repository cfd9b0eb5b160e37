/** Reads a JSON answer of the API server within a limit, and turns refusals into errors with the Status inside. */
import type { IncomingMessage } from "node:http";
import { decodeStatus } from "#protocol/status.ts";
import { PacedReading } from "../connect/paced-reading.ts";
import type { Credential } from "../credential/credentials.ts";
import { KubeError } from "../errors.ts";
import type { AnswerKind } from "../types.ts";
import { GatheredBytes } from "./gathered-bytes.ts";
import { JsonGuard } from "./json-guard.ts";
import { unauthorizedStatus } from "./unauthorized.ts";

/**
 * What is read whole, by kind; streams are relayed and never are. A verdict, a version; an object, of which etcd holds
 * 1.5 MiB; a page of LIST_PAGE_OBJECTS of them (list-page.ts).
 */
const MAX_JSON_BYTES: Record<AnswerKind, number> = {
  review: 64 * 1024,
  object: 2 * 1024 * 1024,
  list: 8 * 1024 * 1024,
};
/** Parsed, a value takes some forty bytes, however few it took to write. The densest part of a pod has 20 for one. */
const MIN_BYTES_PER_VALUE = 16;
/** A refusal's body is a Status; more than this of it is not read. */
const MAX_REFUSAL_BYTES = 64 * 1024;
/** Enough to recognise the error page of a proxy, and for a reason in plain text. */
const MAX_KEPT_BODY_BYTES = 1024;
const HTTP_UNAUTHORIZED = 401;

/**
 * @param refusal what a code from 400 means
 * @throws KubeError STATUS for codes from 400, BAD_ANSWER for redirects and for what is no JSON
 */
export async function readJson(
  answer: IncomingMessage,
  refusal: (answer: IncomingMessage) => Promise<KubeError>,
  kind: AnswerKind,
): Promise<unknown> {
  const code = answer.statusCode ?? 0;
  if (isRedirect(code)) {
    answer.destroy();
    throw new KubeError("BAD_ANSWER", redirectWords(code));
  }
  if (code >= 400) throw await refusal(answer);
  const maxBytes = MAX_JSON_BYTES[kind];
  const guard = new JsonGuard(maxBytes / MIN_BYTES_PER_VALUE);
  const { body, whole } = await readUpTo(answer, maxBytes, { guard });
  if (!whole) {
    throw new KubeError("BAD_ANSWER", `The API server's answer is larger than ${maxBytes} bytes.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch (error) {
    const words = isWebPage(answer, body)
      ? WEB_PAGE_WORDS
      : "The API server's answer is not JSON; is the address that of a cluster?";
    throw new KubeError("BAD_ANSWER", words, { cause: error });
  }
  // Everything an API server says is an object; `null` would be a fault of ours wherever it is looked into.
  if (typeof value === "object" && value !== null) return value;
  throw new KubeError(
    "BAD_ANSWER",
    "The API server's answer is JSON, and no object; is the address that of a cluster?",
  );
}

/**
 * What an API server, or something in its place, answered instead of what was asked for. Never rejects.
 * @param user the kubeconfig's, for the words of a 401
 * @param refused what it was asked with
 */
export async function refusalOf(
  answer: IncomingMessage,
  user: string,
  refused?: Credential,
): Promise<KubeError> {
  const { body } = await readUpTo(answer, MAX_REFUSAL_BYTES, { evenCutShort: true });
  const httpStatus = answer.statusCode ?? 0;
  const decoded = decodeStatus(body);
  const status = decoded?.kind === "Status" || decoded?.message ? decoded : undefined;
  const kept = body.subarray(0, MAX_KEPT_BODY_BYTES).toString("utf8");
  const plain = answer.headers["content-type"]?.startsWith("text/plain") ? kept.trim() : "";
  const code = `${httpStatus} ${answer.statusMessage ?? ""}`.trim();
  const page = isWebPage(answer, body) && !isRedirect(httpStatus) ? `${WEB_PAGE_WORDS} (${code})` : "";
  const words = refusalWords(answer, status?.message || plain || page, user);
  const given = { httpStatus, answer: { headers: answer.headers, body: kept } };
  if (httpStatus === HTTP_UNAUTHORIZED) {
    const whole = unauthorizedStatus(words, status, answer.headers.date, refused);
    return new KubeError("STATUS", whole.message ?? words, { ...given, status: whole });
  }
  return new KubeError(httpStatus >= 400 ? "STATUS" : "BAD_ANSWER", words, { ...given, status });
}

const WEB_PAGE_WORDS =
  "A web page (HTML) came in the place of the API server's answer: a login page or a proxy stands in between, or the address is not that of a cluster.";

function isWebPage({ headers }: IncomingMessage, body: Buffer): boolean {
  return (
    headers["content-type"]?.startsWith("text/html") === true ||
    /^\s*<(!doctype|html)\b/i.test(body.subarray(0, MAX_KEPT_BODY_BYTES).toString("utf8"))
  );
}

/** `whole` is false when there is more than that; the rest is not read and its connection not used again. */
async function readUpTo(
  answer: IncomingMessage,
  maxBytes: number,
  { evenCutShort = false, guard }: { evenCutShort?: boolean; guard?: JsonGuard } = {},
): Promise<{ body: Buffer; whole: boolean }> {
  const gathered = new GatheredBytes(maxBytes);
  try {
    const whole = await readPieces(answer, (piece) => {
      if (!gathered.add(piece)) return false;
      guard?.push(piece);
      return true;
    });
    return { body: gathered.bytes, whole };
  } catch (error) {
    if (error instanceof KubeError) throw error;
    // What came so far of a refusal still says more than nothing.
    if (evenCutShort) return { body: gathered.bytes, whole: true };
    if ((error as Error).name === "AbortError") throw error;
    throw new KubeError("BAD_ANSWER", "The API server broke off in the middle of its answer.", {
      cause: error,
    });
  }
}

/**
 * At a pace at which others have their turns.
 * @param take false: that is enough, and the connection is not used again
 * @returns whether all of it was taken
 */
function readPieces(answer: IncomingMessage, take: (piece: Buffer) => boolean): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const reading = new PacedReading(answer);
    const leave = (settle: () => void) => {
      answer.off("data", onData);
      settle();
      answer.destroy();
    };
    const onData = (piece: Buffer) => {
      reading.count();
      try {
        if (!take(piece)) leave(() => resolve(false));
      } catch (error) {
        leave(() => reject(error));
      }
    };
    answer.on("data", onData);
    answer.once("end", () => resolve(true));
    answer.once("error", reject);
    answer.once("close", () => reject(new Error("closed")));
    if (answer.destroyed && !answer.readableEnded) reject(new Error("closed"));
    reading.release();
  });
}

function refusalWords(answer: IncomingMessage, said: string, user: string): string {
  const { statusCode: code = 0, statusMessage = "" } = answer;
  // "Unauthorized" is all that API servers say by themselves; it does not tell what to do.
  if (code === HTTP_UNAUTHORIZED && (!said || said === "Unauthorized"))
    return `The API server does not accept the credential of the user "${user}" (401 Unauthorized).`;
  if (isRedirect(code)) return redirectWords(code);
  return said || `The API server answered ${`${code} ${statusMessage}`.trim()} and gave no reason.`;
}

function isRedirect(code: number): boolean {
  return code >= 300 && code < 400;
}

function redirectWords(code: number): string {
  return `The API server answered with a redirect (${code}), which is never followed.`;
}
