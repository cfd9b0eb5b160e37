/** The worker around line-matches.ts: one question, one answer. */
import { type LineMatches, lineMatches, type SearchQuery, type SearchRow } from "./line-matches.ts";

export interface SearchQuestion {
  rows: SearchRow[];
  query: SearchQuery;
}

/** "failed": the engine gave up, as it does on an expression with too many groups. */
export type SearchAnswer = LineMatches | "failed";

function answer({ rows, query }: SearchQuestion): SearchAnswer {
  try {
    return lineMatches(rows, query);
  } catch {
    return "failed";
  }
}

addEventListener("message", ({ data }: MessageEvent<SearchQuestion>) => postMessage(answer(data)));
