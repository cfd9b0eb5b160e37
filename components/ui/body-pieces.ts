/** A response's body for `for await`, which not every browser's ReadableStream offers by itself. */

/** Lets go of the body when the consumer stops, so that the other end learns that nobody listens. */
export async function* bodyPieces(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // A body that has failed already has nothing to cancel.
    await reader.cancel().catch(() => {});
  }
}
