// The bytes of a SentencePiece model in, its list of pieces out. The encoder library cannot list them, nor say that a file is broken.

export type Piece = {
  piece: string
  type: 'normal' | 'unknown' | 'control' | 'user-defined' | 'unused' | 'byte'
}

const TYPES = ['normal', 'normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'] as const
const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/**
 * Reads the pieces, in id order, out of a serialized ModelProto.
 * @throws RangeError with a sentence when the bytes are no whole model
 */
export function readSentencePieceModel(bytes: Uint8Array): Piece[] {
  const pieces: Piece[] = []
  const parts = new Set<number>()
  for (const { field, value } of fieldsIn(bytes)) {
    parts.add(field)
    if (field === 1 && value instanceof Uint8Array) pieces.push(readPiece(value))
  }
  if (pieces.length === 0) throw new RangeError('it lists no pieces')
  // Trainer and normalizer settings (fields 2 and 3) stand behind the pieces: a file without them was cut off.
  if (!parts.has(2) || !parts.has(3)) throw new RangeError('it ends before its settings')
  return pieces
}

function readPiece(bytes: Uint8Array): Piece {
  let piece = ''
  let type: Piece['type'] = 'normal'
  for (const { field, value } of fieldsIn(bytes)) {
    if (field === 1 && value instanceof Uint8Array)
      piece = new TextDecoder('utf-8', { ignoreBOM: true }).decode(value)
    if (field === 3 && typeof value === 'number') type = TYPES[value] ?? 'normal'
  }
  return { piece, type }
}

/** The fields of one protocol buffer message, in order. Fixed-width values are skipped: no field that is read here has one. */
function* fieldsIn(bytes: Uint8Array): Generator<{ field: number; value: number | Uint8Array | null }> {
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
      take(wire === FIXED32 ? 4 : 8)
      yield { field, value: null }
    } else throw new RangeError(`byte ${at} has a field of an unknown kind`)
  }
}
