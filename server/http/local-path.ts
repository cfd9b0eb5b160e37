import { HttpError } from "./http-error";

const MAX_PATH_CHARS = 2_048;

/**
 * A path on the same origin, as it was given. `//host`, `/\host` and control characters would lead elsewhere (A19).
 * @throws HttpError 400
 */
export function localPath(value: unknown): string {
  const fits =
    typeof value === "string" &&
    value.length <= MAX_PATH_CHARS &&
    /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(value) &&
    new URL(value, "http://porthole").origin === "http://porthole";
  if (!fits) throw new HttpError(400, "path must begin with one slash and stay on the forward's origin");
  return value;
}
