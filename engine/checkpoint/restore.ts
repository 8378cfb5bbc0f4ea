// The variables a model wants and a checkpoint in, the values it starts from out, with a report of what was and was not found.
import { assignmentMap } from './assignment-map.ts'
import { badCheckpoint } from './bad-checkpoint.ts'
import { readAndLook, type Bundle } from './bundle-reader.ts'
import type { NamedTensor } from './named-tensor.ts'
import { differingFields } from './shape-fields.ts'
import { firstNotFinite } from './summarise.ts'

export type WantedVariable = { name: string; shape: readonly number[] }

export type RestoreReport = {
  /** Wanted and taken from the checkpoint. */
  restored: string[]
  /** Wanted and not there: they keep their fresh values. */
  missing: string[]
  /** There and not wanted, moments and the step count aside. */
  extra: string[]
}

/**
 * The original's partial restore, by exact name, for starting a fine-tuning: what the checkpoint lacks stays fresh. Stricter
 * than the original, which only logs: a shape that does not fit, a missing variable of the encoder (a head may be
 * missing), nothing found at all, or a value that is no number is an error that lists everything at once, before a
 * value is used.
 * @throws EngineFailure 'bad-checkpoint'
 */
export async function initialise(
  wanted: readonly WantedVariable[],
  bundle: Bundle,
): Promise<{ tensors: Map<string, NamedTensor>; report: RestoreReport }> {
  const report = compareWithBundle(wanted, bundle)
  const { tensors, doubtful } = await readAndLook(bundle, report.restored)
  const notFinite = [...tensors.values()].flatMap((tensor) => {
    const at = doubtful.has(tensor.name) ? firstNotFinite(tensor) : null
    return at === null ? [] : [`${tensor.name} (value ${at} is ${String(tensor.data[at])})`]
  })
  if (notFinite.length > 0) {
    throw badCheckpoint(
      bundle.prefix,
      `it holds values that are no numbers: ${notFinite.join('; ')}. The run that made it diverged.`,
    )
  }
  return { tensors, report }
}

/** What would be restored, by names and shapes alone: no value is read. @throws EngineFailure 'bad-checkpoint' */
export function compareWithBundle(wanted: readonly WantedVariable[], bundle: Bundle): RestoreReport {
  const { variables, prefix } = bundle
  const map = assignmentMap(
    wanted.map(({ name }) => name),
    variables,
  )
  const taken = new Set(map.values())
  const missing = wanted.filter(({ name }) => !taken.has(name)).map(({ name }) => name)
  const extra = [...variables.keys()].filter((name) => !taken.has(name) && !isBookkeeping(name))
  const unfit = wanted.flatMap(({ name, shape }) => {
    const found = variables.get(name)
    if (found === undefined || (found.dtype === 'float32' && found.shape.join() === shape.join())) return []
    return [
      `${name} is ${found.dtype} [${found.shape.join(', ')}] and should be float32 [${shape.join(', ')}]`,
    ]
  })
  const missingEncoder = missing.filter(isEncoder)
  if (unfit.length === 0 && missingEncoder.length === 0 && taken.size > 0) {
    return { restored: wanted.map(({ name }) => name).filter((name) => taken.has(name)), missing, extra }
  }
  const fields = differingFields(wanted, [...variables.values()])
  throw badCheckpoint(
    prefix,
    [
      'it does not fit the model, and nothing was loaded.',
      ...(taken.size === 0 ? ['It holds none of the variables that the model has.'] : []),
      ...(fields.length === 0
        ? []
        : [
            `The model has ${fields.map(({ field, model, checkpoint }) => `${field} ${model} where the checkpoint has ${checkpoint}`).join(', ')}: give the albert_config.json that lies beside the checkpoint.`,
          ]),
      ...listed('Of another shape', unfit),
      ...listed('Missing', missing),
      ...listed('Not known to the model', extra),
    ].join(' '),
  )
}

/** The optimizer's moments and the step count are never taken from an init checkpoint. */
function isBookkeeping(name: string): boolean {
  return name === 'global_step' || name.endsWith('/adam_m') || name.endsWith('/adam_v')
}

/** All but a task's head: what a pretrained checkpoint is for. */
function isEncoder(name: string): boolean {
  return name.startsWith('bert/')
}

function listed(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : ''
  return [`${title} (${names.length}): ${names.slice(0, MOST_LISTED).join('; ')}${more}.`]
}

/** More variables than any ALBERT has, and few enough to read. */
const MOST_LISTED = 500
