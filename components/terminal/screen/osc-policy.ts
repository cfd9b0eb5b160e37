/**
 * OSC 52 lets a program in the pod use the clipboard of the person who looks. Writing is useful, and asks first;
 * reading would send whatever was copied last (a password, often) to the pod, so it is never answered.
 */
import { decodeText } from "#protocol/text.ts";

/** Of the decoded text. A program that copies more than this has something else in mind. */
export const MAX_CLIPBOARD_BYTES = 64 * 1024;

export type ClipboardVerdict =
  | { kind: "write"; text: string }
  | { kind: "refused"; reason: "read" | "size" | "format" };

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @param data what follows "52;": the targets, a semicolon, then base64, "?" to read, or nothing to clear */
export function clipboardVerdict(data: string): ClipboardVerdict {
  const border = data.indexOf(";");
  if (border === -1) return { kind: "refused", reason: "format" };
  const payload = data.slice(border + 1);
  if (payload === "?") return { kind: "refused", reason: "read" };
  // Base64 carries 3 bytes in 4 characters; checked before anything of that size is decoded.
  if ((payload.length / 4) * 3 > MAX_CLIPBOARD_BYTES + 2) return { kind: "refused", reason: "size" };
  if (payload === "" || !BASE64.test(payload)) return { kind: "refused", reason: "format" };
  const bytes = decodeBase64(payload);
  if (bytes === null) return { kind: "refused", reason: "format" };
  if (bytes.byteLength > MAX_CLIPBOARD_BYTES) return { kind: "refused", reason: "size" };
  return { kind: "write", text: decodeText(bytes) };
}

function decodeBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
