// Long work on files that a person may cancel: a name and the work in, its result out, or a refusal once it is cancelled.
import { HostFailure } from '../../contract/errors.ts'
import { say } from '../../contract/sentences.ts'

export type Works = ReturnType<typeof createWorks>

/** @param closing aborted when the host closes */
export function createWorks(closing: AbortSignal) {
  const running = new Map<string, AbortController>()
  return {
    /** @throws HostFailure `cancelled`; what the work throws */
    async run<Result>(
      work_id: string | null,
      work: (signal: AbortSignal) => Promise<Result>,
    ): Promise<Result> {
      const controller = new AbortController()
      const stop = (): void => controller.abort()
      if (closing.aborted) stop()
      closing.addEventListener('abort', stop)
      if (work_id !== null) running.set(work_id, controller)
      try {
        return await work(controller.signal)
      } catch (error) {
        if (!controller.signal.aborted || closing.aborted) throw error
        throw new HostFailure({ code: 'cancelled', ...say('work-cancelled') }, { cause: error })
      } finally {
        closing.removeEventListener('abort', stop)
        if (work_id !== null && running.get(work_id) === controller) running.delete(work_id)
      }
    },

    /** Nothing happens where no such work goes on. */
    cancel: (work_id: string): void => running.get(work_id)?.abort(),
  }
}
