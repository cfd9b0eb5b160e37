/** How many connections are held at once, and how long each phase of one may take (threats.md A28). */
import { readFileSync } from "node:fs";

export interface ConnectionLimits {
  /** Of all together. */
  total: number;
  /** Of those whose request nobody is signed in for, together; the other places are kept for who is. */
  strangers: number;
  /** The same of one address. */
  strangersPerAddress: number;
  /** Of connections whose TLS handshake is not finished, together: OpenSSL keeps much for each. */
  handshakes: number;
  /** From the connection to the end of the TLS handshake. */
  handshakeMs: number;
  /** From the connection, or the first byte, to the end of a head: then the answer is 408. */
  headAnswerMs: number;
  /** The same, for what Node does not see as the begin of a head. */
  headMs: number;
  /** Between two requests. */
  idleMs: number;
  /** A request, or the decision about an upgrade, that nobody is signed in for. */
  strangerMs: number;
  /** Without a byte of a body that we wait for, from who is signed in: an upload may take hours. */
  bodyStallMs: number;
  /**
   * Of an answer that is written and not taken. Who is signed in has it from each piece that was taken: people stop
   * reading, as `kubectl logs | less` does.
   */
  untakenMs: { stranger: number; signedIn: number };
  /** After an answer that went before the request was whole: what comes is read, or a reset would take the answer along. */
  lingerMs: { stranger: number; signedIn: number };
  /** The same, without a byte. */
  lingerStallMs: number;
  /** From one FIN, when all before it is taken, to the other. */
  closingMs: { stranger: number; signedIn: number };
}

const MAX_CONNECTIONS = 10_000;
/** For files, clusters, pods and the listener. */
const OTHER_FILES = 256;
/** A session or a forward has a connection of its own to an API server. */
const FILES_EACH = 2;
const LEAST_CONNECTIONS = 64;
const STRANGERS_SHARE = 0.9;
/**
 * What strangers cost us stays below 64 MiB with the heads that they may send (heads-in-flight.ts): a connection takes
 * 15 KiB, with TLS 40 KiB, and 60 KiB in a handshake of which half has come.
 */
const MAX_STRANGERS = 2_000;
const MAX_STRANGERS_TLS = 800;
const MAX_HANDSHAKES = 300;
/** A browser has six connections, an office behind one address more. Less than half of all handshakes there may be. */
const MAX_STRANGERS_PER_ADDRESS = 128;

export interface Surroundings {
  /** Everybody comes from the same address: on loopback, and behind a proxy. */
  oneAddress: boolean;
  /** This process speaks TLS itself. */
  tls: boolean;
  /** Of this process; null where nobody says. */
  openFiles: number | null;
}

export function limitsFor({ oneAddress, tls, openFiles }: Surroundings): ConnectionLimits {
  const affordable =
    openFiles === null ? MAX_CONNECTIONS : Math.floor((openFiles - OTHER_FILES) / FILES_EACH);
  const total = Math.max(LEAST_CONNECTIONS, Math.min(MAX_CONNECTIONS, affordable));
  const strangers = Math.min(Math.floor(total * STRANGERS_SHARE), tls ? MAX_STRANGERS_TLS : MAX_STRANGERS);
  return {
    total,
    strangers,
    strangersPerAddress: oneAddress ? strangers : Math.min(strangers, MAX_STRANGERS_PER_ADDRESS),
    handshakes: Math.min(strangers, MAX_HANDSHAKES),
    handshakeMs: 10_000,
    headAnswerMs: 10_000,
    headMs: 15_000,
    idleMs: 70_000,
    strangerMs: 30_000,
    bodyStallMs: 120_000,
    untakenMs: { stranger: 60_000, signedIn: 15 * 60_000 },
    lingerMs: { stranger: 5_000, signedIn: 30_000 },
    lingerStallMs: 5_000,
    closingMs: { stranger: 5_000, signedIn: 30_000 },
  };
}

/** Null where the system does not say. Node raises the soft limit to the hard one when it starts. */
export function maxOpenFiles(): number | null {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = Number(/^Max open files +(\d+)/m.exec(limits)?.[1]);
    return Number.isSafeInteger(soft) ? soft : null;
  } catch {
    return null;
  }
}
