/** Decodes the base64 fields of a kubeconfig (`*-data`), which hold PEM text. */
import { KubeError } from "../errors.ts";

/** @throws KubeError CONFIG */
export function decodePem(data: string, field: string): string {
  // Buffer.from() would skip what is not base64; Go's decoder allows line breaks only.
  const packed = data.replace(/[\r\n]/g, "");
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) {
    throw new KubeError("CONFIG", `${field} is not valid base64`);
  }
  return Buffer.from(packed, "base64").toString("utf8");
}
