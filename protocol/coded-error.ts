/**
 * The base of every layer's error: a code for programs, a message for people, and what led to it as `cause`. One subclass
 * for each layer, so that nothing untyped leaves it. SPDY, which imports nothing, has its own.
 */
export abstract class CodedError<Code extends string> extends Error {
  abstract override readonly name: string;

  constructor(
    readonly code: Code,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
