// A question of the host in, its answer out.
import { histogramOf } from '../checkpoint/histogram.ts'
import type { EngineAnswer, EngineProgress, EngineQuestion } from '../spec/model-report.ts'
import { startedBackend } from './started-backend.ts'
import { importModel } from './import-model.ts'
import { multiplyingSpeed } from './multiplying-speed.ts'
import { planImagined } from './plan-imagined.ts'

/** @throws EngineFailure as the work asked for does */
export async function answer(
  question: EngineQuestion,
  onProgress: (progress: EngineProgress) => void,
): Promise<EngineAnswer> {
  switch (question.ask) {
    case 'import-model':
      return { ask: question.ask, report: await importModel(question, onProgress) }
    case 'device':
      return { ask: question.ask, started: await startedBackend() }
    case 'histogram': {
      const { init_checkpoint, variable, bins } = question
      return { ask: question.ask, histogram: await histogramOf(init_checkpoint, variable, bins) }
    }
    case 'plan':
      return { ask: question.ask, plan: await planImagined(question) }
    case 'speed':
      return { ask: question.ask, flops_per_second: await multiplyingSpeed(question.runtime) }
  }
}
