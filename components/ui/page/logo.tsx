/** A round window with a wave in it. */
export function Logo({ className = "size-5" }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" fill="none" className={className}>
      <circle cx="12" cy="12" r="10" stroke="currentColor" strokeWidth="2" />
      <circle cx="12" cy="12" r="6" stroke="var(--accent)" strokeWidth="2" />
      <path d="M7 13c2-1.6 3.4-1.6 5 0s3 1.6 5 0" stroke="var(--accent)" strokeWidth="1.6" />
    </svg>
  );
}
