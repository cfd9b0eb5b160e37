/** UTF-8 and byte arrays in a module that has neither DOM nor Node types: both runtimes own these two globals. */
declare const TextEncoder: { new (): { encode(text: string): Uint8Array<ArrayBuffer> } };
declare const TextDecoder: { new (label: string): { decode(bytes: Uint8Array): string } };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8");

export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** For whole messages only (JSON, error text). Terminal output is never decoded: a character may span frames. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** One array from several, as Buffer.concat does where there is a Buffer. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let byteLength = 0;
  for (const part of parts) byteLength += part.byteLength;
  const all = new Uint8Array(byteLength);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
