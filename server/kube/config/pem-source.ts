/**
 * A field of the kubeconfig that holds PEM text: as base64 in the kubeconfig itself (`*-data`) or in a file, which may
 * be replaced while Porthole runs.
 */
import type { TextSource } from "../credential/credentials.ts";
import { WatchedFile } from "../credential/watched-file.ts";
import { KubeError } from "../errors.ts";

export interface PemSource {
  source: TextSource;
  /** What must be there for it to be read; absent for data. */
  file?: string;
  /** The text, where it is in the kubeconfig and so never changes. */
  pem?: string;
}

/**
 * @param field the file's; the data's is the same with `-data` behind it
 * @param what how a message names the file
 * @throws KubeError CONFIG for data that is not base64, and for both: kubectl refuses to choose
 */
export function pemSource(
  file: string | null | undefined,
  data: string | null | undefined,
  field: string,
  what = `The ${field} file`,
): PemSource | undefined {
  if (data && file)
    throw new KubeError("CONFIG", `it has both ${field} and ${field}-data; only one is allowed`);
  if (data) {
    const pem = decodePem(data, `${field}-data`);
    return { source: { read: async () => pem }, pem };
  }
  return file ? { source: new WatchedFile(file, what), file } : undefined;
}

function decodePem(data: string, field: string): string {
  // Buffer.from() would skip what is not base64; Go's decoder allows line breaks only.
  const packed = data.replace(/[\r\n]/g, "");
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) {
    throw new KubeError("CONFIG", `${field} is not valid base64`);
  }
  return Buffer.from(packed, "base64").toString("utf8");
}
