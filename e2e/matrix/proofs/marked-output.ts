/** Output after READY: counted, hashed, its beginning kept, and its last bytes apart. */
import { createHash } from "node:crypto";
import type { Reader } from "../../waiting.ts";
import { READY, type RunRequest, type RunResult } from "../clients/client.ts";

const KEPT_BYTES = 64 * 1024;
/** Whatever a shell says before READY is short. */
const MAX_BEFORE_BYTES = 64 * 1024;

export class MarkedOutput {
  readonly #hash = createHash("sha256");
  readonly #kept: Buffer[] = [];
  #before: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);
  #bytes = 0;
  #ready = false;

  /** @param reader where the output comes from @param send called when READY has come */
  constructor(
    private readonly request: Pick<RunRequest, "onReady" | "onBytes" | "tailBytes">,
    private readonly reader: Reader,
    private readonly send: () => void,
  ) {}

  take(piece: Buffer): void {
    if (this.#ready) {
      this.#add(piece);
      return;
    }
    this.#before = Buffer.concat([this.#before, piece]).subarray(-MAX_BEFORE_BYTES);
    const at = this.#before.indexOf(READY);
    if (at < 0) return;
    this.#ready = true;
    this.#add(this.#before.subarray(at + READY.length));
    this.request.onReady?.(this.reader);
    this.send();
  }

  result(code: number | null, stderr: string): RunResult {
    return {
      code,
      bytes: this.#bytes,
      sha256: this.#hash.copy().digest("hex"),
      text: Buffer.concat(this.#kept).toString(),
      tail: this.#tail.toString(),
      stderr,
    };
  }

  /** What came before READY, for a failure that is to be explained. */
  get before(): string {
    return this.#before.toString();
  }

  #add(piece: Buffer): void {
    const { tailBytes = 0 } = this.request;
    const held = tailBytes > 0 ? Buffer.concat([this.#tail, piece]) : piece;
    const data = held.subarray(0, Math.max(0, held.byteLength - tailBytes));
    this.#tail = tailBytes > 0 ? held.subarray(data.byteLength) : this.#tail;
    this.#bytes += data.byteLength;
    this.#hash.update(data);
    if (this.#bytes <= KEPT_BYTES) this.#kept.push(data);
    this.request.onBytes?.(this.#bytes);
  }
}
