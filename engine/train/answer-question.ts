// A question about a model's files, or about what computes here, in, its answer out.
import { histogramOf } from '../checkpoint/histogram.ts'
import type { EngineAnswer, EngineProgress, EngineQuestion } from '../spec/model-report.ts'
import { startedBackend } from './started-backend.ts'
import { importModel } from './import-model.ts'

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
  }
}
