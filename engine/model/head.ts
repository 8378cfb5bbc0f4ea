// What a head is: the part of a model behind the encoder, which turns hidden states into the answers of a kind of task.
import type { Scalar } from '@tensorflow/tfjs-core'
import type { AlbertConfig } from '../spec/albert-config.ts'
import type { AlbertOutputs, ModelInputs } from './albert.ts'
import type { Dropout } from './dropout.ts'
import type { ParamSpec, Params } from './params.ts'

/** Every head that drops anything drops once in a training step. */
export const HEAD_DROPOUT_PLACES = 1

/** `Batch` is what the head reads beside the encoder's outputs, `Answers` what it says of a batch outside training. */
export type Head<Batch extends ModelInputs, Answers> = {
  /** The head's variables, in the order in which the original makes them. */
  params(config: AlbertConfig): ParamSpec[]
  /** The training loss of a batch. */
  loss(params: Params, encoded: AlbertOutputs, batch: Batch, config: AlbertConfig, dropout: Dropout): Scalar
  answers(params: Params, encoded: AlbertOutputs, batch: Batch, config: AlbertConfig): Answers
}
