// An AlbertConfig in, the names, shapes and first values of its variables out, in the order in which the original creates them.
import { tensor, type Tensor } from '@tensorflow/tfjs-core'
import type { AlbertConfig } from '../spec/albert-config.ts'
import { randomBits } from '../spec/random-bits.ts'

/** The weights by checkpoint name. */
export type Params = Record<string, Tensor>

export type ParamSpec = {
  name: string
  shape: number[]
  /** Standard deviation of a truncated normal, or the one value of all entries. */
  initial: { stddev: number } | { value: 0 | 1 }
}

/** Every variable of the encoder and the pooler, as a pretrained checkpoint names them (without its `cls/` heads). */
export function backboneParams(config: AlbertConfig): ParamSpec[] {
  const { vocab_size, embedding_size, hidden_size, type_vocab_size, max_position_embeddings } = config
  const random = { stddev: config.initializer_range }
  const blocks = range(config.num_hidden_groups).flatMap((group) =>
    range(config.inner_group_num).flatMap((inner) => blockParams(blockScope(group, inner), config)),
  )
  return [
    { name: 'bert/embeddings/word_embeddings', shape: [vocab_size, embedding_size], initial: random },
    {
      name: 'bert/embeddings/token_type_embeddings',
      shape: [type_vocab_size, embedding_size],
      initial: random,
    },
    {
      name: 'bert/embeddings/position_embeddings',
      shape: [max_position_embeddings, embedding_size],
      initial: random,
    },
    ...layerNormParams('bert/embeddings/LayerNorm', embedding_size),
    ...(embedding_size === hidden_size
      ? [] // no mapping is needed, and the original makes none
      : denseParams('bert/encoder/embedding_hidden_mapping_in', [embedding_size, hidden_size], random)),
    ...blocks,
    ...denseParams('bert/pooler/dense', [hidden_size, hidden_size], random),
  ]
}

/** Where the variables of one attention + FFN block live. */
export function blockScope(group: number, inner: number): string {
  return `bert/encoder/transformer/group_${group}/inner_group_${inner}`
}

function blockParams(
  scope: string,
  { hidden_size, intermediate_size, initializer_range }: AlbertConfig,
): ParamSpec[] {
  const random = { stddev: initializer_range }
  const square: [number, number] = [hidden_size, hidden_size]
  return [
    ...denseParams(`${scope}/attention_1/self/query`, square, random),
    ...denseParams(`${scope}/attention_1/self/key`, square, random),
    ...denseParams(`${scope}/attention_1/self/value`, square, random),
    ...denseParams(`${scope}/attention_1/output/dense`, square, random),
    ...layerNormParams(`${scope}/LayerNorm`, hidden_size),
    ...denseParams(`${scope}/ffn_1/intermediate/dense`, [hidden_size, intermediate_size], random),
    ...denseParams(`${scope}/ffn_1/intermediate/output/dense`, [intermediate_size, hidden_size], random),
    ...layerNormParams(`${scope}/LayerNorm_1`, hidden_size),
  ]
}

function denseParams(
  scope: string,
  [width_in, width_out]: [number, number],
  initial: ParamSpec['initial'],
): ParamSpec[] {
  return [
    { name: `${scope}/kernel`, shape: [width_in, width_out], initial },
    { name: `${scope}/bias`, shape: [width_out], initial: { value: 0 } },
  ]
}

function layerNormParams(scope: string, width: number): ParamSpec[] {
  return [
    { name: `${scope}/beta`, shape: [width], initial: { value: 0 } },
    { name: `${scope}/gamma`, shape: [width], initial: { value: 1 } },
  ]
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

/** Fresh tensors for all of `specs`; the caller disposes them. */
export function createParams(specs: readonly ParamSpec[], seed: number): Params {
  return Object.fromEntries(
    specs.map((spec) => [spec.name, tensor(initialValues(spec, seed), spec.shape, 'float32')]),
  )
}

/**
 * The values a variable starts from, decided by the seed and the variable's name alone: what else the model has, and the
 * order in which it is made, changes nothing.
 */
export function initialValues({ name, shape, initial }: ParamSpec, seed: number): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  if ('value' in initial) return values.fill(initial.value)
  const nextNormal = normals(uniforms(seed, name))
  for (let index = 0; index < values.length; index++) {
    let value = nextNormal()
    while (Math.abs(value) > 2) value = nextNormal() // redrawn, not clipped, as TensorFlow does
    values[index] = value * initial.stddev
  }
  return values
}

/** Standard normals by Marsaglia's polar method: `Math.log` and `Math.sqrt` only, the same on every machine. */
function normals(uniform: () => number): () => number {
  let spare: number | null = null
  return () => {
    if (spare !== null) {
      const value = spare
      spare = null
      return value
    }
    for (;;) {
      const u = 2 * uniform() - 1
      const v = 2 * uniform() - 1
      const square = u * u + v * v
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      spare = v * factor
      return u * factor
    }
  }
}

/** Values in [0, 1), told apart by a number and a name. */
function uniforms(seed: number, name: string): () => number {
  const next = randomBits(seed, fnv1a(name, 0x811c9dc5), fnv1a(name, 0x9e3779b9))
  return () => next() / 2 ** 32
}

/** 32-bit FNV-1a over the UTF-16 units. */
function fnv1a(text: string, basis: number): number {
  let hash = basis
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash
}
