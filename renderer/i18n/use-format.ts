// Numbers, times and sizes in, the way the window's language writes them out.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

export type Format = {
  /** 12,345 */
  count(value: number): string
  /** A number with at most this many digits after the point; 4 unless told. */
  number(value: number, digits?: number): string
  /** A share as 93.4 %. */
  percent(share: number, digits?: number): string
  /** 1.4 MB, in steps of 1000. */
  bytes(bytes: number): string
  /** 1 h 4 min, 3 min 20 s, 12 s */
  duration(seconds: number): string
  /** Date and time of milliseconds since 1970. */
  time(at: number): string
  /** "3 minutes ago". */
  ago(at: number, now?: number): string
}

/** The formats of the language on the page. */
export function useFormat(): Format {
  const { i18n } = useTranslation('common')
  return useMemo(() => createFormat(i18n.language), [i18n.language])
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
const AGO_UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

export function createFormat(language: string): Format {
  const count = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value)
  return {
    count: (value) => count.format(value),
    number: (value, digits = 4) =>
      new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value),
    percent: (share, digits = 1) =>
      new Intl.NumberFormat(language, {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(share),
    bytes(bytes) {
      const power = Math.min(BYTE_UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
      return unit(bytes / 1000 ** power, BYTE_UNITS[power] ?? 'byte', power === 0 ? 0 : 1)
    },
    duration(seconds) {
      const whole = Math.max(0, Math.round(seconds))
      const hours = Math.floor(whole / 3600)
      const minutes = Math.floor((whole % 3600) / 60)
      if (hours > 0) return `${unit(hours, 'hour')} ${unit(minutes, 'minute')}`
      if (minutes > 0) return `${unit(minutes, 'minute')} ${unit(whole % 60, 'second')}`
      return unit(whole, 'second')
    },
    time: (at) => time.format(at),
    ago(at, now = Date.now()) {
      const seconds = (at - now) / 1000
      for (const [name, size] of AGO_UNITS) {
        if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), name)
      }
      return relative.format(0, 'second')
    },
  }
}
