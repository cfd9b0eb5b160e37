"use client";
import { type DotTone, StatusDot } from "#components/ui/control/marks.tsx";
import { formatMs } from "#components/ui/format.ts";
import type { DoctorResult, DoctorStep } from "#protocol/doctor.ts";

/** A skipped step is no warning: what it stands on had failed, and that says it already. */
const TONES: Record<DoctorResult, DotTone> = {
  running: "idle",
  ok: "ok",
  warning: "warn",
  failed: "bad",
  skipped: "idle",
};

/** One step: how it went as a colour and in words, and below it what to change. */
export function DoctorStepRow({ step }: { step: DoctorStep }) {
  const { result, title, found, tried, ms, hop, change, configuration } = step;
  return (
    <li className="flex gap-2.5 border-line border-t py-1.5 first:border-t-0" data-result={result}>
      <StatusDot tone={TONES[result]} pulse={result === "running"} className="mt-1.5" />
      <div className="min-w-0 flex-1 wide:flex wide:gap-3">
        <p className="shrink-0 font-medium wide:w-50">
          {title}
          <span className="sr-only">: {result}</span>
        </p>
        <div className="min-w-0 flex-1 text-sm">
          {/* While a step runs nothing is found; what is being tried stands in its place. */}
          <p className="break-words text-dim">{found || tried}</p>
          <Advice label="Where" text={hop} />
          <Advice label="Change" text={change} />
          <Advice label="See" text={configuration && `docs/proxies.md, “${configuration}”`} />
        </div>
      </div>
      {ms > 0 && result !== "running" && (
        <span className="shrink-0 text-faint text-sm tabular-nums">{formatMs(ms)}</span>
      )}
    </li>
  );
}

function Advice({ label, text }: { label: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <p className="mt-1 flex gap-2">
      <span className="w-14 shrink-0 text-faint">{label}</span>
      <span className="min-w-0 break-words">{text}</span>
    </p>
  );
}
