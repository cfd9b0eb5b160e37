/** What the matrix reads and writes: its document, and lines for the person. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Empty when there is none yet. */
export function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

export function writeText(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  print(`written: ${file}`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
