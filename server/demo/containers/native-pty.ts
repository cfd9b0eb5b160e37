/**
 * The binding inside @lydell/node-pty, without the JavaScript around it: that destroys a paused terminal 200 ms
 * after its process ended, with the unread output in it, and its writes block the event loop when a process
 * does not read. pty-process.ts does both differently.
 */
import { createRequire } from "node:module";
import { ContainerError } from "./container-error.ts";

export interface NativePty {
  fork(
    file: string,
    args: string[],
    /** `NAME=value` each. */
    env: string[],
    cwd: string,
    cols: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helperPath: string,
    onExit: (code: number, signal: number) => void,
  ): { fd: number; pid: number; pty: string };
  /** A terminal that is nobody's controlling one yet. Both descriptors are non-blocking. */
  open(cols: number, rows: number): { master: number; slave: number; pty: string };
  resize(fd: number, cols: number, rows: number): void;
}

export interface LoadedPty {
  native: NativePty;
  /** macOS starts processes through a program that comes with the package. */
  helperPath: string;
}

let loading: Promise<LoadedPty> | undefined;

/** Loads the optional package once. Rejects with ContainerError NO_PTY. */
export function loadNativePty(): Promise<LoadedPty> {
  loading ??= load();
  return loading;
}

async function load(): Promise<LoadedPty> {
  try {
    const require = createRequire(import.meta.url);
    const loader = require("@lydell/node-pty/requireBinary.js") as {
      requireBinary(file: string): NativePty;
    };
    const native = loader.requireBinary("pty.node");
    const helper = `@lydell/node-pty-${process.platform}-${process.arch}/spawn-helper`;
    const helperPath = process.platform === "darwin" ? require.resolve(helper) : "";
    return { native, helperPath };
  } catch (cause) {
    throw new ContainerError(
      "NO_PTY",
      "this demo cluster cannot allocate a terminal: the optional package @lydell/node-pty is not installed for this platform",
      { cause },
    );
  }
}
