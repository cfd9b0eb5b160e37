/**
 * The command line and the environment Porthole was started with are open to others for as long as the process lives:
 * the first to every user of the machine (ps), both to every process of the same user, such as the shells of a demo without
 * namespaces, and the second to every child. So they are taken over once, and wiped (threats.md A37).
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/** Fields of /proc/self/stat, counted from 1 (proc(5)): between which addresses the kernel reads /proc/self/environ. */
const ENV_START_FIELD = 50;
const ENV_END_FIELD = 51;
/** The first field behind the program's name, which may hold spaces. */
const FIRST_COUNTED_FIELD = 3;
/** Linux allows 128 KiB for each string, and a quarter of the stack for all. */
const MAX_ENVIRONMENT_BYTES = 8 * 1024 * 1024;
const TOKEN_VARIABLE = "PORTHOLE_TOKEN";
const TOKEN_FLAG = "--token";

export interface StartedWith {
  argv: string[];
  env: NodeJS.ProcessEnv;
}

/** What was said; from now on it is nowhere else. What started Porthole (npm, a shell) holds its own copy. */
export function takeStart(): StartedWith {
  const started = { argv: process.argv.slice(2), env: { ...process.env } };
  delete process.env[TOKEN_VARIABLE];
  wipeArguments();
  if (process.platform === "linux") wipeEnvironment();
  return started;
}

/** The title is written over the arguments' own memory, so what `ps` shows stays the command, without the token. */
function wipeArguments(): void {
  const args = process.argv.slice(2);
  const hidden = args.map((arg, index) => {
    if (args[index - 1] === TOKEN_FLAG) return "***";
    return arg.startsWith(`${TOKEN_FLAG}=`) ? `${TOKEN_FLAG}=***` : arg;
  });
  if (hidden.every((arg, index) => arg === args[index])) return;
  process.title = ["node", process.argv[1], ...hidden].join(" ");
  process.argv = [...process.argv.slice(0, 2), ...hidden];
}

/** Removing a variable leaves its bytes where the kernel reads them for others; only writing there takes them away. */
function wipeEnvironment(): void {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const start = Number(fields[ENV_START_FIELD - FIRST_COUNTED_FIELD]);
    const end = Number(fields[ENV_END_FIELD - FIRST_COUNTED_FIELD]);
    const size = end - start;
    if (!(start > 0 && size > 0 && size <= MAX_ENVIRONMENT_BYTES)) return;
    // The variables that stay move to memory of their own first.
    for (const [name, value] of Object.entries(process.env)) process.env[name] = value;
    const memory = openSync("/proc/self/mem", "r+");
    try {
      writeSync(memory, Buffer.alloc(size), 0, size, start);
    } finally {
      closeSync(memory);
    }
  } catch {
    // A kernel that does not allow it: the warning about PORTHOLE_TOKEN says what to do instead.
  }
}
