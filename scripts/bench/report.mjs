/** Ratios of alternated pairs, their spread, and the table. */

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/**
 * Measures both sides in turn, so that whatever else the machine does falls on both.
 * The first pair warms up and does not count.
 * @param {number} rounds
 * @param {() => Promise<number>} ours higher is better
 * @param {() => Promise<number>} theirs
 */
export async function alternate(rounds, ours, theirs) {
  const pairs = [];
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % 2 === 0;
    const one = first ? await ours() : await theirs();
    const two = first ? await theirs() : await ours();
    if (round > 0) pairs.push(first ? [one, two] : [two, one]);
  }
  const ratios = pairs.map(([a, b]) => a / b);
  return {
    ours: median(pairs.map(([a]) => a)),
    theirs: median(pairs.map(([, b]) => b)),
    ratio: median(ratios),
    spread: `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
  };
}

/** @param {{what: string, ours: string, peer: string, ratio: string, target: string}[]} rows */
export function table(rows, peerName) {
  const header = {
    what: "what",
    ours: "Porthole",
    peer: peerName,
    ratio: "ratio (spread)",
    target: "target",
  };
  const columns = Object.keys(header);
  const widths = columns.map((column) => Math.max(...[header, ...rows].map((row) => row[column].length)));
  const line = (row) =>
    columns
      .map((column, index) => row[column].padEnd(widths[index]))
      .join("  ")
      .trimEnd();
  return [line(header), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}
