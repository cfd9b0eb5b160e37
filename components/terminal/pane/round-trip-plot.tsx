import { cn } from "#components/ui/cn.ts";
import { formatMs } from "#components/ui/format.ts";
import { MAX_ROUND_TRIPS } from "../session/session-view.ts";

const WIDTH_PX = 64;
const HEIGHT_PX = 14;
/** Slower than the first is felt while typing, slower than the second while reading. */
const FELT_MS = 80;
const SLOW_MS = 300;
/** The plot's full height, at least: a quiet line should look quiet. */
const SCALE_MS = 60;

/** The last round trip in numbers and the ones before it as a line, on one scale from zero. */
export function RoundTripPlot({ roundTrips }: { roundTrips: readonly number[] }) {
  const latest = roundTrips.at(-1);
  if (latest === undefined) return null;
  const scale = Math.max(SCALE_MS, ...roundTrips);
  const step = WIDTH_PX / (MAX_ROUND_TRIPS - 1);
  const y = (ms: number) => HEIGHT_PX - 1 - (ms / scale) * (HEIGHT_PX - 2);
  const points = roundTrips.map((ms, index) => `${(index * step).toFixed(1)},${y(ms).toFixed(1)}`);
  return (
    <span className="flex shrink-0 items-center gap-2 text-dim text-sm tabular-nums">
      {formatMs(latest)}
      <svg
        aria-hidden="true"
        // Grows with the line, and holds no room for what was not measured yet.
        width={(roundTrips.length - 1) * step}
        height={HEIGHT_PX}
        fill="none"
        strokeWidth="1.4"
        strokeLinejoin="round"
        className={cn(
          "max-wide:hidden",
          latest < FELT_MS ? "stroke-accent" : latest < SLOW_MS ? "stroke-warn" : "stroke-bad",
        )}
      >
        {roundTrips.length > 1 && <polyline points={points.join(" ")} />}
      </svg>
    </span>
  );
}
