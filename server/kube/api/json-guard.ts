/**
 * What a JSON answer may cost, known while its bytes come: parsing takes eighty bytes for one of `[`, and nobody else has
 * a turn meanwhile (threats.md A29).
 */
import { KubeError } from "../errors.ts";

/** The deepest object of Kubernetes is a schema of schemas; a pod has about 12. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

export class JsonGuard {
  #depth = 0;
  #values = 1;
  #inString = false;
  #escaped = false;

  /** @param maxValues those of arrays and objects, whatever they are */
  constructor(private readonly maxValues: number) {}

  /** At a line's end, where each line is an answer of its own. */
  next(): void {
    this.#depth = 0;
    this.#values = 1;
    this.#inString = false;
    this.#escaped = false;
  }

  /** @throws KubeError BAD_ANSWER */
  push(bytes: Uint8Array): void {
    let depth = this.#depth;
    let values = this.#values;
    let inString = this.#inString;
    let escaped = this.#escaped;
    for (let at = 0; at < bytes.byteLength; at += 1) {
      const byte = bytes[at]!;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === COMMA) values += 1;
      else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
        values += 1;
        depth += 1;
        if (depth > MAX_DEPTH) throw tooMuch(`is nested more than ${MAX_DEPTH} levels deep`);
      } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1;
    }
    if (values > this.maxValues) throw tooMuch(`has more than ${this.maxValues} values`);
    this.#depth = depth;
    this.#values = values;
    this.#inString = inString;
    this.#escaped = escaped;
  }
}

function tooMuch(what: string): KubeError {
  return new KubeError("BAD_ANSWER", `The API server's answer ${what}, as no answer of Kubernetes is.`);
}
