// How often a try brought nothing and what the server asked for in, how long to wait out.

/** Tries in a row that bring nothing before a person is asked. */
export const MOST_TRIES = 10
const FIRST = 1000
const LONGEST = 60_000
/** No server may keep a download waiting longer than this without being asked again. */
const LONGEST_ASKED = 3_600_000

/**
 * Milliseconds until the next try: none after a try that brought something, then 1 s, 2 s, 4 s … up to a minute, spread by a
 * fifth so that many programs do not come back at once; longer where the server asks for it, up to an hour.
 * @param tries in a row that brought nothing
 * @param random 0 to 1
 */
export function backoff(tries: number, asked: number | null, random: number): number {
  const own = tries === 0 ? 0 : Math.min(LONGEST, FIRST * 2 ** (tries - 1)) * (0.8 + 0.4 * random)
  return Math.round(Math.max(own, Math.min(asked ?? 0, LONGEST_ASKED)))
}

/** `Retry-After` in milliseconds: a number of seconds, or a date; null where it is neither. */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
