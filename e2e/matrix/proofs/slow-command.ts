/** `npm run matrix -- --slow`: every client does not read for a while. */
import { choose } from "../choose.ts";
import { print, readText, writeText } from "../document-file.ts";
import { type Options, SLOW_SECONDS } from "../options.ts";
import { runSlow, type SlowCell } from "../run-slow.ts";
import { slowRows } from "../slow-rows.ts";
import { joinDocument, renderSlow, slowText, splitDocument } from "../slow-table.ts";
import { upstreams } from "../upstreams.ts";

/** @returns how many streams ended that should have gone on */
export async function trySlow(options: Options, signal: AbortSignal): Promise<number> {
  const { chosen, whole, all } = choose(options, upstreams(), await slowRows(options.clientNodeFolder));
  const { slowMs: waitMs, jobs, file } = options;
  const onCell = (cell: SlowCell) => print(line(cell));
  const cells = await runSlow({
    upstreams: chosen.upstreams,
    rows: chosen.clients,
    waitMs,
    jobs,
    onCell,
    signal,
  });
  const failed = cells.filter(({ end }) => end.kind === "fails").length;
  const skipped = cells.filter(({ end }) => end.kind === "skipped").length;
  const complete = whole && skipped === 0 && failed === 0 && waitMs === SLOW_SECONDS * 1000;
  if (!options.check && complete) {
    const slow = renderSlow(cells, all.upstreams, all.clients, waitMs);
    writeText(file, joinDocument({ ...splitDocument(readText(file)), slow }));
  } else if (!options.check) {
    print("The table was not written: it is, when every stream of it has been tried and went on.");
  }
  print(`${skipped} skipped`);
  print(`${cells.length - skipped - failed} passed, ${failed} failed`);
  return failed;
}

function line({ upstream, client, proof, end }: SlowCell): string {
  const after = end.kind === "own end" ? ` after ${end.afterSeconds} s` : "";
  const reason = "reason" in end ? `${after}: ${end.reason}` : "";
  const words = { "goes on": "ok     ", "own end": "ok     ", fails: "FAILED ", skipped: "skipped" };
  return `${words[end.kind]} ${upstream}, ${client}, ${proof}: ${slowText(end)}${reason}`;
}
