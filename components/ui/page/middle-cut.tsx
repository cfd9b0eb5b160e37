import { cn } from "../cn.ts";

/** A tail of this length is readable by itself, and leaves room for a beginning. */
const TAIL_CHARS = 18;
/** Longer ones would leave nothing else to be seen. */
const MAX_TAIL_CHARS = 44;
/** Where a name made of parts may be cut without halving one. */
const BORDER = /[/:_@.-]/;

/**
 * Where the tail of a name begins that tells it from the others: names that tools make (EKS, GKE) begin alike. Zero when
 * the name is short enough to need no cut.
 */
export function tailStart(name: string, others: readonly string[] = []): number {
  if (name.length <= TAIL_CHARS) return 0;
  let length = TAIL_CHARS;
  const alike = (tail: string) => others.some((other) => other !== name && other.endsWith(tail));
  while (length < Math.min(name.length, MAX_TAIL_CHARS) && alike(name.slice(-length))) length += 1;
  // To the beginning of the part that the difference is in.
  let start = name.length - length;
  while (start > 0 && name.length - start < MAX_TAIL_CHARS && !BORDER.test(name[start - 1]!)) start -= 1;
  return start > 0 && BORDER.test(name[start - 1]!) ? start : name.length - length;
}

/** A text in one line that loses its middle where there is no room, never its end. */
export function MiddleCut({
  text,
  others,
  className,
}: {
  text: string;
  /** What it may be mistaken for. */
  others?: readonly string[];
  className?: string;
}) {
  const start = tailStart(text, others);
  if (start === 0) return <span className={cn("truncate", className)}>{text}</span>;
  return (
    <span className={cn("inline-flex min-w-0 max-w-full whitespace-pre", className)} title={text}>
      {/* The beginning gives way alone, until nothing of it is left. */}
      <span className="min-w-0 truncate">{text.slice(0, start)}</span>
      <span className="max-w-full shrink-0 truncate">{text.slice(start)}</span>
    </span>
  );
}
