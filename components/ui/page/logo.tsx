import { cn } from "../cn.ts";

/** The mark and the name. Where room is short `folds` leaves the mark alone; a screen reader still reads the name. */
export function Logo({ folds = false }: { folds?: boolean }) {
  return (
    <>
      {/* A round window with a wave in it; app/icon.svg is the same on a disc, for a browser's tab of any colour. */}
      <svg aria-hidden="true" viewBox="0 0 24 24" fill="none" className="size-5">
        <circle cx="12" cy="12" r="10" stroke="currentColor" strokeWidth="2" />
        <circle cx="12" cy="12" r="6" stroke="var(--accent)" strokeWidth="2" />
        <path d="M7 13c2-1.6 3.4-1.6 5 0s3 1.6 5 0" stroke="var(--accent)" strokeWidth="1.6" />
      </svg>
      <span className={cn(folds && "max-half:sr-only")}>Porthole</span>
    </>
  );
}
