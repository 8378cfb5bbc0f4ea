// The program’s mark: an A whose feet are the two ends of a curve.
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--color-accent)" />
      <g stroke="var(--color-on-accent)" strokeWidth="2.4" strokeLinecap="round">
        <path d="M7 24.5 16 7.5l9 17" strokeLinejoin="round" />
        <path d="M12.2 20h7.6" />
        <path d="M7 24.5h0M25 24.5h0" strokeWidth="4" />
      </g>
    </svg>
  )
}
