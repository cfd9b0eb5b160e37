import { Button } from "#components/ui/control/button.tsx";
import { formatBytes } from "#components/ui/format.ts";
import { copyText } from "#components/ui/overlay/clipboard.ts";
import { type LogLine, rawOf } from "./log-line.ts";
import { markMatches } from "./log-search.ts";
import { type Span, styledSpans } from "./styled-spans.ts";

/** A longer line shows its beginning: a megabyte of text in one row would freeze the page. */
export const SHOWN_CHARS = 4 * 1024;
/** What one wish for more adds. */
export const MORE_CHARS = 64 * 1024;

export interface RowMatches {
  starts: readonly number[];
  length: number;
  /** Where the match begins at which the search stands; -1 when that is in another line. */
  current: number;
}

interface LogRowProps {
  line: LogLine;
  times: boolean;
  /** How many characters are shown. */
  shown: number;
  matches: RowMatches | null;
  onMore: () => void;
}

/** One line: its time, its text in its colours, and of a long one how much more there is. */
export function LogRow({ line, times, shown, matches, onMore }: LogRowProps) {
  if (line.divider) return <Divider divider={line.divider} />;
  const { text } = line;
  const spans = line.raw === undefined ? [{ text }] : styledSpans(line.raw);
  const part = text.length > shown ? beginning(spans, shown) : spans;
  const pieces = matches ? markMatches<Span>(part, matches.starts, matches.length) : part;
  const rest = text.length - shown;
  return (
    <>
      {times && line.time && <span className="select-none text-faint">{line.time} </span>}
      {/* Written from the right or not: a line keeps to itself, and its colours do not cut it into words. */}
      <bdi>
        {text === ""
          ? " "
          : withOffsets(pieces).map(({ piece, offset }) => (
              <Piece key={offset} piece={piece} current={matches?.current} />
            ))}
      </bdi>
      {(rest > 0 || line.missing !== undefined) && (
        <span className="flex flex-wrap items-center gap-1.5 py-1 font-sans text-dim text-sm">
          {rest > 0 && (
            <Button size="sm" onClick={onMore}>
              {formatBytes(rest)} more
            </Button>
          )}
          <Button size="sm" onClick={() => void copyText(rawOf(line), "line")}>
            Copy the line
          </Button>
          {line.missing !== undefined &&
            `${formatBytes(line.missing)} beyond the first megabyte of this line were not kept; kubectl logs prints them.`}
        </span>
      )}
    </>
  );
}

function Piece({ piece, current }: { piece: Span & { match?: number }; current: number | undefined }) {
  const { text, colour, background, match } = piece;
  const style = {
    ...(background
      ? { background: `color-mix(in srgb, var(${background}) 24%, transparent)` }
      : colour && { color: `var(${colour})` }),
    ...(piece.bold && { fontWeight: 600 }),
    ...(piece.dim && !colour && { color: "var(--dim)" }),
    ...(piece.italic && { fontStyle: "italic" }),
    ...(piece.underline && { textDecoration: "underline" }),
  };
  if (match === undefined)
    return (
      <span data-part style={style}>
        {text}
      </span>
    );
  return (
    <mark
      data-part
      className={
        match === current ? "bg-accent text-on-accent" : "bg-warn-bg text-warn outline-1 outline-warn"
      }
    >
      {text}
    </mark>
  );
}

const WORDS = {
  restart: "The container started anew",
  gap: "Lines may be missing here: the log does not go on from what was read before",
} as const;

function Divider({ divider }: { divider: NonNullable<LogLine["divider"]> }) {
  return (
    <p className="my-1 flex items-center gap-2.5 font-sans text-dim text-sm">
      <span aria-hidden className="h-px flex-1 bg-line-strong" />
      {WORDS[divider]}
      <span aria-hidden className="h-px flex-1 bg-line-strong" />
    </p>
  );
}

function withOffsets<T extends { text: string }>(pieces: readonly T[]): { piece: T; offset: number }[] {
  let offset = 0;
  return pieces.map((piece) => {
    const at = offset;
    offset += piece.text.length;
    return { piece, offset: at };
  });
}

function beginning(spans: readonly Span[], chars: number): Span[] {
  const part: Span[] = [];
  let left = chars;
  for (const span of spans) {
    if (left <= 0) break;
    part.push({ ...span, text: span.text.slice(0, left) });
    left -= span.text.length;
  }
  return part;
}
