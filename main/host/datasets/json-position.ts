// Text that is no JSON in, the position at which it stops being so out: the parser itself does not always say.

const TOKEN =
  /\s*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([[\]{}:,]))/y

/** What may come next: a value, the end of what is open, a key, a colon, a comma. */
type Next = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end'

/** @returns the UTF-16 unit of the first token that cannot stand there; the text's length where it breaks off */
export function brokenAt(text: string): number {
  const open: ('[' | '{')[] = []
  let next: Next = 'value'
  let at = 0
  for (;;) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(text)
    const start = at + (/\s*/y.exec(text.slice(at))?.[0].length ?? 0)
    if (found === null) return start
    const [, scalar, sign] = found as (string | undefined)[]
    const after: Next | null =
      scalar === undefined ? afterSign(sign ?? '', next, open) : afterScalar(scalar, next)
    if (after === null) return start
    next = after
    at = TOKEN.lastIndex
  }
}

function afterScalar(scalar: string, next: Next): Next | null {
  if (next === 'value' || next === 'value or end') return 'comma or end'
  return (next === 'key' || next === 'key or end') && scalar.startsWith('"') ? 'colon' : null
}

/** Opens or closes; null where the sign cannot stand. */
function afterSign(sign: string, next: Next, open: ('[' | '{')[]): Next | null {
  const isValue = next === 'value' || next === 'value or end'
  if (sign === '[' || sign === '{') {
    if (!isValue) return null
    open.push(sign)
    return sign === '[' ? 'value or end' : 'key or end'
  }
  if (sign === ':') return next === 'colon' ? 'value' : null
  const inside = open.at(-1)
  if (sign === ',') {
    if (next !== 'comma or end' || inside === undefined) return null
    return inside === '[' ? 'value' : 'key'
  }
  const ends = next === 'comma or end' || next === (sign === ']' ? 'value or end' : 'key or end')
  if (!ends || inside !== (sign === ']' ? '[' : '{')) return null
  open.pop()
  return 'comma or end'
}
