// The declared knobs in, command-line flags out; and the original's ways of writing a flag made into one.
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { z } from 'zod'
import type { Field } from '../../engine/spec/fields.ts'
import { fieldsOf } from '../../engine/spec/fields.ts'
import { HYPERPARAMETER_GROUPS, Hyperparameters } from '../../engine/spec/hyperparameters.ts'
import { Runtime } from '../../engine/spec/runtime.ts'

export type Knobs = { hyperparameters: Hyperparameters; runtime: Runtime }

/** How a command's own flags differ from the declaration. */
type Differences<Values> = {
  /** Fields without a flag here: the command says them another way, or not at all. */
  omit?: readonly (keyof Values & string)[]
  /** Defaults of this command alone. */
  defaults?: Partial<Values>
}

/**
 * Adds a flag for every knob of every run, with its default, bounds and help, under its group.
 * @returns what reads the knobs back out of commander's values; one that is omitted has its declared default
 */
export function withKnobs(
  command: Command,
  differences: Differences<Hyperparameters> = {},
): (values: Record<string, unknown>) => Knobs {
  const hyperparameters = withFields(command, Hyperparameters, differences)
  const settings = fieldsOf(Runtime)
  for (const field of settings) command.addOption(knobFlag(field, 'Runtime'))
  return (values) => ({
    hyperparameters: hyperparameters(values),
    runtime: Runtime.parse(picked(settings, values)),
  })
}

/** The same for the fields of one declaration, as those that only one kind of task has. */
export function withFields<Schema extends z.ZodObject>(
  command: Command,
  schema: Schema,
  { omit = [], defaults = {} }: Differences<z.infer<Schema>> = {},
): (values: Record<string, unknown>) => z.infer<Schema> {
  const omitted = new Set<string>(omit)
  const own = new Map<string, unknown>(Object.entries(defaults))
  const fields = fieldsOf(schema).filter(({ name }) => !omitted.has(name))
  for (const group of HYPERPARAMETER_GROUPS) {
    for (const field of fields) {
      if (field.group !== group) continue
      const option = knobFlag(field, `Training: ${group}`)
      command.addOption(own.has(field.name) ? option.default(own.get(field.name)) : option)
    }
  }
  return (values) => schema.parse(picked(fields, values))
}

/** A flag as `--name`, described in a sentence, under a heading of `--help`. */
export function flag(name: string, value: string, description: string, group: string): Option {
  return new Option(`--${name} <${value}>`, description).helpGroup(`${group}:`)
}

/** An on-off flag; the arguments were normalized before, so it always has a value. */
export function switchFlag(name: string, byDefault: boolean, description: string, group: string): Option {
  return flag(name, 'true|false', description, group).default(byDefault).argParser(truth)
}

/** The arguments of a command of the original as commander reads them; those of the other commands stay as they are. */
export function originalSpelling(albert: Command, words: readonly string[]): string[] {
  const [name = '', ...rest] = words
  const command = albert.commands.find((each) => each.name() === name && each.commands.length === 0)
  if (command === undefined) return [...words]
  const valued = command.options.filter(({ required }) => required)
  const switches = valued.filter(({ flags }) => flags.endsWith('<true|false>'))
  const names = (options: readonly Option[]): Set<string> =>
    new Set(options.map(({ long }) => (long ?? '').replace(/^--/, '')))
  return [name, ...canonicalArguments(rest, names(switches), names(valued))]
}

/**
 * Rewrites absl's spellings to `--name=value`: `-name`, `--name value`, `--name` and `--noname` of a switch.
 * @param switches names of the flags that may stand without a value
 * @param valued names of the flags that take one
 */
export function canonicalArguments(
  words: readonly string[],
  switches: ReadonlySet<string>,
  valued: ReadonlySet<string>,
): string[] {
  const canonical: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (word === '--') return [...canonical, ...words.slice(at)]
    const [, name, value] = /^--?([a-zA-Z][\w-]*)(=[\s\S]*)?$/.exec(word) ?? []
    if (name === undefined) canonical.push(word)
    else if (value !== undefined) canonical.push(`--${name}${value}`)
    else if (switches.has(name)) canonical.push(`--${name}=true`)
    else if (name.startsWith('no') && switches.has(name.slice(2))) canonical.push(`--${name.slice(2)}=false`)
    else if (valued.has(name) && at + 1 < words.length) canonical.push(`--${name}=${words[(at += 1)] ?? ''}`)
    else canonical.push(word)
  }
  return canonical
}

function knobFlag(field: Field, group: string): Option {
  const option = flag(field.name, placeholder(field), describe(field), group).default(field.default)
  if (field.choices) option.choices(field.choices)
  if (field.kind === 'boolean') option.argParser(truth)
  if (field.kind === 'integer' || field.kind === 'number') option.argParser(numberWithin(field))
  return option
}

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  const bounds = { kind: 'integer', minimum: least, maximum: most } as const
  return numberWithin(bounds)
}

function placeholder({ kind, choices }: Field): string {
  if (choices) return choices.join('|')
  return kind === 'boolean' ? 'true|false' : kind === 'integer' ? 'integer' : 'number'
}

function describe({ title, description }: Field): string {
  return `${title}. ${description}`
}

function truth(text: string): boolean {
  if (/^(?:true|t|1|yes|y)$/i.test(text)) return true
  if (/^(?:false|f|0|no|n)$/i.test(text)) return false
  throw new InvalidArgumentError('It must be true or false.')
}

type Bounds = Pick<Field, 'kind' | 'minimum' | 'maximum' | 'exclusiveMinimum'>

/** The bounds are the declaration's own. */
function numberWithin({ kind, minimum, maximum, exclusiveMinimum }: Bounds) {
  return (text: string): number => {
    const value = Number(text)
    const whole = kind === 'integer' ? 'a whole number' : 'a number'
    if (text.trim() === '' || !Number.isFinite(value) || (kind === 'integer' && !Number.isInteger(value))) {
      throw new InvalidArgumentError(`It must be ${whole}.`)
    }
    if (minimum !== undefined && value < minimum)
      throw new InvalidArgumentError(`It must be at least ${minimum}.`)
    if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
      throw new InvalidArgumentError(`It must be more than ${exclusiveMinimum}.`)
    }
    if (maximum !== undefined && value > maximum)
      throw new InvalidArgumentError(`It must be at most ${maximum}.`)
    return value
  }
}

function picked(fields: Field[], values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name }) => [name, values[name]]))
}
