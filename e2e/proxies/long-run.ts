/** PORTHOLE_LONG=1 takes the timeouts of docs/proxies.md and the sizes of a real day; without it the tests are short. */
export const LONG = process.env.PORTHOLE_LONG === "1";

const MIB = 1024 * 1024;
/** Of each transfer that is proven byte by byte. */
export const PROOF_BYTES = (LONG ? 64 : 4) * MIB;
