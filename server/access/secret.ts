/** What opens something and is kept for a while: cookies, keys, codes, tickets. */
import { hash, randomBytes } from "node:crypto";

/** 256 bits, as 43 base64url characters. */
const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Whether it can be one at all: anything else is not even looked up. */
export function isSecret(value: unknown): value is string {
  return typeof value === "string" && SECRET.test(value);
}

/** The key it is kept under, so that a look-up's timing tells nothing of it. */
export function digest(secret: string): string {
  return hash("sha256", secret, "base64url");
}
