/** What a client saw of one stream. */
export class LiveStream {
  bytes = 0;
  /** By performance.now(); null while it is open. */
  endedAt: number | null = null;
  /** Why it ended, as far as this client can be told. */
  words = "";

  constructor(
    readonly name: string,
    /** Closes it from this side. */
    readonly drop: () => void,
  ) {}

  received(bytes: number): void {
    this.bytes += bytes;
  }

  ended(words = ""): void {
    this.words ||= words;
    this.endedAt ??= performance.now();
  }
}
