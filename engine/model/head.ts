// What a head is: the part of a model behind the encoder, which turns hidden states into the answers of a kind of task.
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core'
import type { AlbertConfig } from '../spec/albert-config.ts'
import type { Encoder, ModelInputs } from './albert.ts'
import type { Dropout } from './dropout.ts'
import type { ParamSpec, Params } from './params.ts'

/** Every head that drops anything drops once in a training step. */
export const HEAD_DROPOUT_PLACES = 1

/** What a batch of training has where it is a piece of a larger one. */
export type PieceOfBatch = {
  /** float32, one for each answer: its share in the loss of the whole batch, 0 for those that are none. */
  loss_weights?: Tensor1D
}

/** `Batch` is what the head reads beside the encoder's outputs, `Answers` what it says of a batch outside training. */
export type Head<Batch extends ModelInputs, Answers> = {
  /** The head's variables, in the order in which the original makes them. */
  params(config: AlbertConfig): ParamSpec[]
  /** The training loss of a batch. */
  loss(params: Params, encoder: Encoder, batch: Batch, config: AlbertConfig, dropout: Dropout): Scalar
  answers(params: Params, encoder: Encoder, batch: Batch, config: AlbertConfig): Answers
}
