/** A response body as lines of text: the events of a watch, the lines of a log. */

/** A pod is at most about 1.5 MiB in etcd; its JSON with the wrapping of a watch event fits into this. */
const MAX_LINE_CHARS = 4 * 1024 * 1024;

/**
 * Each line without its end, as soon as it is whole; what follows the last line end comes last. A line longer than the
 * limit is cut there. Releases the body when the consumer stops.
 */
export async function* readLines(
  body: ReadableStream<Uint8Array>,
  maxLineChars = MAX_LINE_CHARS,
): AsyncGenerator<string[], void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let cutting = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const pieces = (rest + decoder.decode(value, { stream: !done })).split("\n");
      rest = pieces.pop() ?? "";
      const lines: string[] = [];
      for (const piece of pieces) {
        if (cutting) cutting = false;
        else lines.push(piece.slice(0, maxLineChars).replace(/\r$/, ""));
      }
      if (cutting || rest.length > maxLineChars) {
        if (!cutting) lines.push(rest.slice(0, maxLineChars));
        cutting = true;
        rest = "";
      }
      if (done && rest !== "") lines.push(rest);
      if (lines.length > 0) yield lines;
      if (done) return;
    }
  } finally {
    // The other end learns that nobody listens; a body that has failed already has nothing to cancel.
    await reader.cancel().catch(() => {});
  }
}
