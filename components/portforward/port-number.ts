const MAX_PORT = 65_535;

/** A port as a person types it: "8080" or ":8080". Null when it is none. */
export function readPort(text: string): number | null {
  const digits = /^:?(\d{1,5})$/.exec(text.trim())?.[1];
  const port = Number(digits);
  return digits !== undefined && port >= 1 && port <= MAX_PORT ? port : null;
}
