// The news of a job in, words on standard error out: one line that renews itself on a terminal, plain lines in a log.
import type { EventPayload } from '../contract/host.ts'
import type { JobRecord } from '../contract/records.ts'
import { renewingLine, type Screen } from './renewing-line.ts'

export type ProgressScreen = {
  changed(job: JobRecord): void
  progressed(news: EventPayload<'job.progress'>): void
  /** A sentence of its own line. */
  say(sentence: string): void
  end(): void
}

const BAR = 24
const PLAIN_EVERY = 10_000
/** Over in a moment: a log does without them. */
const BRIEF: ReadonlySet<string> = new Set(['starting', 'saving', 'finishing'])

/** @param now milliseconds, for the pace of the plain lines */
export function progressScreen(screen: Screen, now: () => number = Date.now): ProgressScreen {
  const line = renewingLine(screen)
  let spoken = { phase: '', at: 0 }
  let loss: number | null = null

  return {
    changed(job) {
      const text = progressLine(job, loss)
      if (text === null) return
      if (line.live) line.renew(text)
      else if (job.progress !== null) {
        const { phase } = job.progress
        if (BRIEF.has(phase) || (phase === spoken.phase && now() - spoken.at < PLAIN_EVERY)) return
        spoken = { phase, at: now() }
        line.say(text)
      }
    },
    progressed(news) {
      loss = news.points.at(-1)?.loss ?? loss
      if (news.reset_after !== null) line.say(`Going on after step ${news.reset_after}.`)
      for (const { split, step, metrics, is_best } of news.evaluations) {
        const values = Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(4)}`)
        line.say(`step ${step}, ${split}: ${values.join(', ')}${is_best ? ' (best so far)' : ''}`)
      }
    },
    say: line.say,
    end: line.end,
  }
}

/** As in `training [######------] 120/600  loss 0.4312  1:05 left`; null while the job has not begun. */
export function progressLine({ progress }: JobRecord, loss: number | null): string | null {
  if (progress === null) return null
  const { phase, done, total, eta_seconds, step, train_step } = progress
  const [at, of] = phase === 'training' ? [step, train_step] : [done, total]
  const filled = of === null || of === 0 ? 0 : Math.round((BAR * Math.min(at, of)) / of)
  return [
    phase,
    of === null ? null : `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${at}/${of}`,
    phase === 'training' && loss !== null ? ` loss ${loss.toFixed(4)}` : null,
    phase === 'training' && eta_seconds !== null ? ` ${duration(eta_seconds)} left` : null,
  ]
    .filter((part) => part !== null)
    .join(' ')
}

/** Seconds as `1:05` or `2:01:05`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
