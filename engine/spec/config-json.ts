// The text of a config file in, the JSON object that it holds out, or in words why it holds none that can be used.

/** A config is a flat list of fields; what other programs nest in it is a level or two. */
const DEEPEST = 32

/** Refuses what would break later: nesting that ends the stack when the config is written, and keys that are no plain fields. */
export function configJson(text: string): { json: object } | { problem: string } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { problem: `it is not JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { problem: 'it is no JSON object' }
  return faultIn(json) ?? { json }
}

function faultIn(json: object): { problem: string } | null {
  let level: object[] = [json]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return { problem: `its values are nested more than ${DEEPEST} deep` }
    if (level.some((value) => Object.hasOwn(value, '__proto__')))
      return { problem: 'it has a field __proto__' }
    level = level.flatMap((value) => Object.values(value).filter(isObject))
  }
  return null
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
