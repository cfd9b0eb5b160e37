/**
 * A command line as its words, by the quotes of a POSIX shell: '…' as it is, "…" and a backslash for single characters.
 * No shell runs it, so nothing else in it means anything.
 * @returns null when a quote is open at the end
 */
export function splitCommand(line: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: "'" | '"' | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote === "'" ? char === "'" : quote === '"' && char === '"') quote = null;
    else if (char === "\\" && next !== "" && (quote === null || (quote === '"' && /["\\$`]/.test(next)))) {
      word = (word ?? "") + next;
      at += 1;
    } else if (quote === null && (char === "'" || char === '"')) {
      quote = char;
      word ??= "";
    } else if (quote === null && /\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + char;
  }
  if (quote !== null) return null;
  return word === null ? words : [...words, word];
}
