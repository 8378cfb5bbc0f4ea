// The bytes of a SentencePiece model in, its list of pieces out. The encoder library cannot list them, nor say that a file is broken.

export type SentencePieceModel = {
  /** In id order. */
  pieces: Piece[]
  /** Whether no piece can reach over a space: the pieces of a text are the pieces of its words. */
  splits_at_space: boolean
  /** Whether printable ASCII without capitals is segmented as it stands, and not as something else. */
  keeps_ascii: boolean
}

export type Piece = {
  /** Logarithm of its probability. */
  score: number
  piece: string
  type: 'normal' | 'unknown' | 'control' | 'user-defined' | 'unused' | 'byte'
}

const TYPES = ['normal', 'normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'] as const
const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** TrainerSpec.model_type (field 3): the unigram model is 1 and the default. */
const UNIGRAM = 1
/** Of TrainerSpec: white space belongs to the end of a word. */
const SPACE_AS_SUFFIX = 24
/** Of NormalizerSpec: add_dummy_prefix, remove_extra_whitespaces, escape_whitespaces, all on by default. */
const SPACE_SETTINGS = [3, 4, 5]
/** Of NormalizerSpec: which of the library's own tables maps characters; these leave printable ASCII alone but for capitals. */
const NORMALIZER_NAME = 1
const KNOWN_NORMALIZERS = ['identity', 'nfkc', 'nmt_nfkc', 'nfkc_cf', 'nmt_nfkc_cf']

/**
 * Reads what is needed out of a serialized ModelProto.
 * @throws RangeError with a sentence when the bytes are no whole model
 */
export function readSentencePieceModel(bytes: Uint8Array): SentencePieceModel {
  const pieces: Piece[] = []
  const parts = new Map<number, Uint8Array>()
  for (const { field, value } of fieldsIn(bytes)) {
    if (!(value instanceof Uint8Array)) continue
    if (field === 1) pieces.push(readPiece(value))
    else parts.set(field, value)
  }
  if (pieces.length === 0) throw new RangeError('it lists no pieces')
  // Trainer and normalizer settings (fields 2 and 3) stand behind the pieces: a file without them was cut off.
  const [trainer, normalizer] = [parts.get(2), parts.get(3)]
  if (trainer === undefined || normalizer === undefined) throw new RangeError('it ends before its settings')
  const settings = numbersIn(trainer)
  const spaces = numbersIn(normalizer)
  const splits_at_space =
    (settings.get(3) ?? UNIGRAM) === UNIGRAM &&
    (settings.get(SPACE_AS_SUFFIX) ?? 0) === 0 &&
    SPACE_SETTINGS.every((field) => (spaces.get(field) ?? 1) === 1) &&
    pieces.every(({ piece }) => piece.lastIndexOf('▁') <= 0) &&
    pieces.some(({ piece }) => piece === '▁') // else a space would join the unknown characters on both its sides
  const keeps_ascii = KNOWN_NORMALIZERS.includes(textIn(normalizer, NORMALIZER_NAME))
  return { pieces, splits_at_space, keeps_ascii }
}

function numbersIn(bytes: Uint8Array): Map<number, number> {
  const numbers = new Map<number, number>()
  for (const { field, value } of fieldsIn(bytes)) if (typeof value === 'number') numbers.set(field, value)
  return numbers
}

function textIn(bytes: Uint8Array, wanted: number): string {
  for (const { field, value } of fieldsIn(bytes)) {
    if (field === wanted && value instanceof Uint8Array) return new TextDecoder().decode(value)
  }
  return ''
}

/** One for all: to make a decoder takes longer than to read a piece. */
const PIECE_TEXT = new TextDecoder('utf-8', { ignoreBOM: true })

function readPiece(bytes: Uint8Array): Piece {
  let piece = ''
  let score = 0
  let type: Piece['type'] = 'normal'
  for (const { field, value } of fieldsIn(bytes)) {
    if (field === 1 && value instanceof Uint8Array) piece = PIECE_TEXT.decode(value)
    if (field === 2 && value instanceof DataView) score = value.getFloat32(0, true)
    if (field === 3 && typeof value === 'number') type = TYPES[value] ?? 'normal'
  }
  return { piece, score, type }
}

/** The fields of one protocol buffer message, in order; of fixed-width values their bytes in a view. */
function* fieldsIn(bytes: Uint8Array): Generator<{ field: number; value: number | Uint8Array | DataView }> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) throw new RangeError(`it is cut off at byte ${bytes.length}`)
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new RangeError(`byte ${at} belongs to no number`)
  }
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError(`it is cut off at byte ${bytes.length}`)
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const key = varint()
    const field = Math.floor(key / 8)
    const wire = key % 8
    if (field === 0) throw new RangeError(`byte ${at} starts no field`)
    if (wire === VARINT) yield { field, value: varint() }
    else if (wire === BYTES) yield { field, value: take(varint()) }
    else if (wire === FIXED32 || wire === FIXED64) {
      const value = take(wire === FIXED32 ? 4 : 8)
      yield { field, value: new DataView(value.buffer, value.byteOffset, value.byteLength) }
    } else throw new RangeError(`byte ${at} has a field of an unknown kind`)
  }
}
