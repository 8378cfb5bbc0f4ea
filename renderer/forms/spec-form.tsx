// The state of a spec's form and the order of its groups in, all of its fields out, group by group.
import styles from './spec-form.module.css'
import { SpecField } from './spec-field.tsx'
import type { SpecFormState } from './use-spec-form.ts'

/** Draws every field of a spec; a group that is not in the list comes last, so that none is lost. */
export function SpecForm<Output>({
  state,
  groups,
}: {
  state: SpecFormState<Output>
  groups: readonly string[]
}) {
  const { fields, words, draft, reference, changed, faults } = state
  const order = [...new Set([...groups, ...fields.map((field) => field.group)])]
  return (
    <div className={styles.form}>
      {order.map((group) => {
        const members = fields.filter((field) => field.group === group)
        if (members.length === 0) return null
        return (
          <fieldset key={group} className={styles.group}>
            <legend className={styles.legend}>{words.group(group)}</legend>
            <div className={styles.fields}>
              {members.map((field) => (
                <SpecField
                  key={field.name}
                  field={field}
                  words={words}
                  value={draft[field.name] ?? null}
                  changedFrom={changed.includes(field.name) ? (reference[field.name] ?? null) : null}
                  fault={faults.find((fault) => fault.field === field.name)?.message}
                  onValueChange={(value) => state.write(field.name, value)}
                  onReset={() => state.reset(field.name)}
                />
              ))}
            </div>
          </fieldset>
        )
      })}
    </div>
  )
}
