// A tree of plain values and typed arrays in, bytes to be kept out, and the same tree out of them. The serializer of V8 would do it in
// one call, but what it returns brings a process of Electron 22 down when it is collected.

/** The typed arrays that may stand in a tree, by name; memory that several of them share is written once and shared again. */
const VIEWS = { Int32Array, Float32Array, Float64Array, Uint8Array, Uint16Array, Uint32Array } as const
type ViewName = keyof typeof VIEWS

/** An object with this one key stands for what JSON has no word for: a view, as place and length, or a number by its name. */
const MARK = '\0'
type View = [name: ViewName, memory: number, offset: number, length: number]

/** Elements of a long list that become one text: a text of all could be longer than the longest that there can be. */
const CHUNK = 4096

/** What the texts are and how long the pieces of memory are, in bytes, in the order in which they follow. */
type Head = { list: boolean; texts: number[]; memories: number[] }
const HEAD_BYTES = 4

/** @throws TypeError for what is no plain value, such as a Map or an object of a class */
export function toBytes(value: unknown): Uint8Array[] {
  const memories = new Map<ArrayBufferLike, number>()
  const plain = (one: unknown): unknown => {
    if (typeof one === 'number' && (!Number.isFinite(one) || Object.is(one, -0)))
      return { [MARK]: Object.is(one, -0) ? '-0' : String(one) }
    if (one === null || ['string', 'number', 'boolean'].includes(typeof one)) return one
    if (Array.isArray(one)) return one.map(plain)
    if (ArrayBuffer.isView(one)) return { [MARK]: viewOf(one, memories) }
    if (typeof one !== 'object' || Object.getPrototypeOf(one) !== Object.prototype)
      throw new TypeError(`${Object.prototype.toString.call(one)} is no plain value.`)
    const named = Object.entries(one).filter(([, inner]) => inner !== undefined)
    return Object.fromEntries(named.map(([name, inner]) => [name, plain(inner)]))
  }
  const list = Array.isArray(value)
  const texts = (list ? chunksOf(value as unknown[]) : [value]).map((part) =>
    Buffer.from(JSON.stringify(plain(part))),
  )
  const pieces = [...memories.keys()].map((memory) => new Uint8Array(memory))
  const head: Head = { list, texts: texts.map(lengthOf), memories: pieces.map(lengthOf) }
  const head_text = Buffer.from(JSON.stringify(head))
  const head_length = Buffer.alloc(HEAD_BYTES)
  head_length.writeUInt32LE(head_text.length)
  return [head_length, head_text, ...texts, ...pieces]
}

/** @throws where the bytes are of another kind */
export function fromBytes(bytes: Uint8Array): unknown {
  let at = 0
  const next = (length: number): Buffer => {
    const part = Buffer.from(bytes.buffer, bytes.byteOffset + at, length)
    at += length
    return part
  }
  const { list, texts, memories } = JSON.parse(next(next(HEAD_BYTES).readUInt32LE()).toString()) as Head
  const parsed = texts.map((length) => JSON.parse(next(length).toString()) as unknown)
  // Copies: a view has to begin at a multiple of its element's size.
  const pieces = memories.map((length) => new Uint8Array(next(length)).buffer)
  const whole = (one: unknown): unknown => {
    if (typeof one !== 'object' || one === null) return one
    if (Array.isArray(one)) return one.map(whole)
    if (MARK in one) {
      const marked = one[MARK] as string | View
      if (typeof marked === 'string') return Number(marked)
      const [name, memory, offset, length] = marked
      return new VIEWS[name](pieces[memory]!, offset, length)
    }
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, whole(inner)]))
  }
  return list ? parsed.flatMap((part) => whole(part)) : whole(parsed[0])
}

function viewOf(view: ArrayBufferView, memories: Map<ArrayBufferLike, number>): View {
  const name = Object.keys(VIEWS).find((known) => view instanceof VIEWS[known as ViewName]) as
    ViewName | undefined
  if (name === undefined) throw new TypeError(`${Object.prototype.toString.call(view)} is no plain value.`)
  if (!memories.has(view.buffer)) memories.set(view.buffer, memories.size)
  const length = view.byteLength / VIEWS[name].BYTES_PER_ELEMENT
  return [name, memories.get(view.buffer) ?? 0, view.byteOffset, length]
}

function chunksOf(list: readonly unknown[]): unknown[][] {
  return Array.from({ length: Math.ceil(list.length / CHUNK) }, (_, at) =>
    list.slice(at * CHUNK, (at + 1) * CHUNK),
  )
}

function lengthOf({ length }: Uint8Array): number {
  return length
}
