// A number or a time and the language in, the words for it out: every figure that the window shows is written here.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

export type Format = {
  /** A count: 1,234,567. */
  integer(value: number): string
  /** A count in few characters: 11.7M. */
  compact(value: number): string
  /** A measured value in four significant digits; very small and very large ones with an exponent. */
  number(value: number): string
  /** A share of 1 as per cent. */
  percent(share: number, digits?: number): string
  /** A number with a fixed count of digits after the point. */
  fixed(value: number, digits: number): string
  /** A difference with its sign, zero without. */
  signed(value: number, digits: number): string
  /** A metric in the unit its field uses: shares as per cent, correlations and losses as numbers. */
  metric(name: string, value: number): string
  /** A metric on an axis: no more digits than its ticks need. */
  metricTick(name: string, value: number): string
  /** Seconds as the two largest units: 2 hr 5 min, 48 s. */
  duration(seconds: number): string
  bytes(bytes: number): string
  /** A moment in milliseconds since 1970: day and time. */
  moment(at: number): string
  /** A moment in milliseconds since 1970: time of day with seconds. */
  clock(at: number): string
  /** How long ago a moment was, in its largest unit: 3 hours ago. */
  ago(at: number, now?: number): string
  /** What stands between two sentences: nothing in Chinese, whose full stop brings its own room. */
  gap: string
}

/** The formats of the window's language. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  return useMemo(() => createFormat(i18n.language), [i18n.language])
}

/** The metrics that are shares of 1 and are read as per cent. */
const SHARES = new Set(['accuracy', 'f1', 'majority'])

/** @param language a BCP 47 tag such as `en` or `zh` */
export function createFormat(language: string): Format {
  const integer = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 })
  const significant = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 })
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' })

  const fixed = (value: number, digits: number): string =>
    new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
      value,
    )
  const number = (value: number): string => {
    if (!Number.isFinite(value)) return String(value)
    const size = Math.abs(value)
    if (size !== 0 && (size < 1e-3 || size >= 1e7)) return shortExponent(value)
    return significant.format(value)
  }
  const percent = (share: number, digits = 1): string =>
    new Intl.NumberFormat(language, {
      style: 'percent',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(share)

  return {
    integer: (value) => integer.format(value),
    compact: (value) => compact.format(value),
    number,
    percent,
    fixed,
    signed: (value, digits) =>
      new Intl.NumberFormat(language, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        signDisplay: 'exceptZero',
      }).format(value),
    metric: (name, value) => (SHARES.has(name) ? percent(value, 2) : number(value)),
    metricTick: (name, value) =>
      SHARES.has(name) ? percent(value, Math.abs((value * 100) % 1) < 1e-6 ? 0 : 1) : number(value),
    duration: (seconds) => duration(language, seconds),
    bytes: (bytes) => byteCount(language, bytes),
    moment: (at) => moment.format(at),
    clock: (at) => clock.format(at),
    ago: (at, now = Date.now()) => distance(language, (at - now) / 1000),
    gap: language.startsWith('zh') ? '' : ' ',
  }
}

/** 0.00003 becomes 3e-5: the way rates are written in the field. */
function shortExponent(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential(3).split('e')
  return `${String(Number(digits))}e${exponent.replace('+', '')}`
}

function duration(language: string, seconds: number): string {
  const whole = Math.max(0, seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const unit = (value: number, name: 'hour' | 'minute' | 'second'): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value)
  if (hours > 0) return `${unit(hours, 'hour')} ${unit(minutes, 'minute')}`
  if (minutes > 0 && whole % 60 === 0) return unit(minutes, 'minute')
  if (minutes > 0) return `${unit(minutes, 'minute')} ${unit(whole % 60, 'second')}`
  return unit(whole, 'second')
}

function byteCount(language: string, bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  }).format(bytes / 1000 ** power)
}

function distance(language: string, seconds: number): string {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const
  const fitting = units.find(([, size]) => Math.abs(seconds) >= size)
  return fitting === undefined
    ? relative.format(0, 'second')
    : relative.format(Math.round(seconds / fitting[1]), fitting[0])
}
