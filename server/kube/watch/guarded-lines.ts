/** The bytes of a watch, of which each line is an event that will be parsed whole (threats.md A29). */
import { JsonGuard } from "../api/json-guard.ts";

const NEWLINE = 0x0a;
/** Of one event, which holds one object: four times as many as the largest in use. */
const MAX_EVENT_VALUES = 64 * 1024;

/** @throws KubeError BAD_ANSWER, as soon as a line is more than an event can be; how long it is the reader counts */
export async function* guardedLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const guard = new JsonGuard(MAX_EVENT_VALUES);
  for await (const piece of pieces) {
    for (let from = 0; from < piece.byteLength; ) {
      const newline = piece.indexOf(NEWLINE, from);
      const to = newline < 0 ? piece.byteLength : newline + 1;
      guard.push(piece.subarray(from, to));
      if (newline >= 0) guard.next();
      from = to;
    }
    yield piece;
  }
}
