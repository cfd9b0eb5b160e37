/**
 * Tokens that a person made up without thinking, and a guesser tries first. Only what is obvious: whoever writes
 * `portal-test-token-1` on a laptop knows what it is.
 */
const MIN_DISTINCT_CHARS = 6;
/** `password` twice is no longer a secret than once. */
const MAX_PERIOD_CHARS = 8;
/** Read forwards and backwards, and on from the beginning. */
const SEQUENCES = ["0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1234567890"];

/** What is wrong with it, as the rest of a sentence about it; null for what may be a secret. */
export function weaknessOf(token: string): string | null {
  const text = token.toLowerCase();
  const distinct = new Set(text).size;
  if (distinct < MIN_DISTINCT_CHARS)
    return `has only ${distinct} different character${distinct === 1 ? "" : "s"}`;
  const joined = text.replace(/[-._~]/g, "");
  for (let period = 1; period <= MAX_PERIOD_CHARS; period += 1) {
    if (joined.slice(period) === joined.slice(0, -period)) return "repeats itself";
  }
  // aabbcc is abc, written twice.
  const letters = joined.replace(/(.)\1+/g, "$1");
  const backwards = [...letters].reverse().join("");
  for (const sequence of SEQUENCES) {
    const endless = sequence.repeat(Math.ceil(letters.length / sequence.length) + 1);
    if (endless.includes(letters) || endless.includes(backwards)) return "is one sequence";
  }
  return null;
}
