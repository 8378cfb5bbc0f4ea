// One run that is looked at: its curve and its log, loaded once and kept up to date while anyone looks.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { EventPayload, HostClient } from '../../main/contract/host.ts'
import type { LogLine } from '../../main/contract/records.ts'
import { LOADING, hostErrorOf, type Remote } from './remote.ts'
import { createRunSeries, type RunSeries } from './run-series.ts'

/** The newest lines that are kept in the window; the whole log is a file in the run's folder. */
export const LOG_LINES_KEPT = 5000

export type LiveRun = {
  readonly series: RunSeries
  /** Newest last. */
  readonly log: StoreApi<{ lines: readonly LogLine[] }>
  readonly state: StoreApi<{ history: Remote<true> }>
  /** Asks for everything again, after the host was gone. */
  reload(): Promise<void>
  close(): void
}

/** Opens a run: events that arrive before its history are kept and put after it. */
export function openLiveRun(host: HostClient, job_id: string): LiveRun {
  const series = createRunSeries()
  const log = createStore<{ lines: readonly LogLine[] }>(() => ({ lines: [] }))
  const state = createStore<{ history: Remote<true> }>(() => ({ history: LOADING }))
  let early: EventPayload<'job.progress'>[] | null = []
  let earlyLines: LogLine[] | null = []
  let generation = 0

  const stops = [
    host.on('job.progress', (news) => {
      if (news.job_id !== job_id) return
      if (early === null) series.append(news)
      else early.push(news)
    }),
    host.on('job.log', (news) => {
      if (news.job_id !== job_id) return
      if (earlyLines === null) addLines(news.lines)
      else earlyLines.push(...news.lines)
    }),
  ]

  const addLines = (lines: readonly LogLine[]) =>
    log.setState({ lines: [...log.getState().lines, ...lines].slice(-LOG_LINES_KEPT) })

  const reload = async () => {
    generation += 1
    const mine = generation
    early = early ?? []
    earlyLines = earlyLines ?? []
    try {
      const [history, lines] = await Promise.all([
        host.call('jobs.history', { job_id }),
        host.call('jobs.log', { job_id, last: LOG_LINES_KEPT }),
      ])
      if (mine !== generation) return
      series.replace(history)
      for (const news of early) series.append(news)
      early = null
      const last = lines[lines.length - 1]
      const newer = earlyLines.filter((line) => last === undefined || line.at > last.at)
      log.setState({ lines })
      addLines(newer)
      earlyLines = null
      state.setState({ history: { status: 'ready', value: true } })
    } catch (thrown) {
      if (mine === generation) state.setState({ history: { status: 'failed', error: hostErrorOf(thrown) } })
    }
  }
  void reload()

  return {
    series,
    log,
    state,
    reload,
    close() {
      generation += 1
      for (const stop of stops) stop()
    },
  }
}
