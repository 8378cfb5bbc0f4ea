// A new model from a config: its sizes in, with the number of its weights and what they take while they are typed; a model out.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AlbertConfig } from '../../../engine/spec/albert-config.ts'
import { parameterCount } from '../../../engine/spec/parameter-count.ts'
import type { ModelRecord } from '../../../main/contract/records.ts'
import { useFormat } from '../../i18n/format.ts'
import { readyOr } from '../../stores/remote.ts'
import { useModels, useStores } from '../../stores/use-stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useReport } from '../host-error.tsx'
import styles from './models.module.css'

const SIZES = [
  'vocab_size',
  'embedding_size',
  'hidden_size',
  'num_hidden_layers',
  'num_attention_heads',
  'intermediate_size',
  'max_position_embeddings',
  'num_hidden_groups',
  'inner_group_num',
] as const
const PROBABILITIES = ['hidden_dropout_prob', 'attention_probs_dropout_prob'] as const
const ACTIVATIONS = ['gelu', 'relu', 'tanh', 'linear'] as const
type Activation = (typeof ACTIVATIONS)[number]
type Values = Record<(typeof SIZES)[number] | (typeof PROBABILITIES)[number], number | null>

/** A weight, its gradient and the two moments of the optimizer, in float32. */
const BYTES_TRAINED = 16
const BYTES_STORED = 4

export function NewModelDialog({
  onClose,
  onMade,
}: {
  onClose: () => void
  onMade: (model: ModelRecord) => void
}) {
  const { t } = useTranslation('models')
  const { models: store } = useStores()
  const report = useReport()
  const models = readyOr(useModels(), [])
  const [vocabulary_of, setVocabulary] = useState(models[0]?.id ?? '')
  const like = models.find(({ id }) => id === vocabulary_of)?.albert_config
  const [name, setName] = useState('')
  const [values, setValues] = useState<Values>(() =>
    valuesOf(like ?? AlbertConfig.parse({ vocab_size: 30000 })),
  )
  const [hidden_act, setActivation] = useState<Activation>('gelu')
  const [busy, setBusy] = useState(false)
  const parsed = AlbertConfig.safeParse({ ...values, hidden_act })
  const faults = new Map(parsed.error?.issues.map(({ path, message }) => [String(path[0]), message]))

  const make = async () => {
    if (!parsed.success) return
    setBusy(true)
    try {
      onMade(await store.create({ name, albert_config: parsed.data, vocabulary_of }))
    } catch (thrown) {
      report(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      holdsWork
      title={t('new.title')}
      description={t('new.description')}
      footer={
        <Button
          variant="primary"
          disabled={!parsed.success || name.trim() === '' || vocabulary_of === ''}
          busy={busy}
          onClick={() => void make()}
        >
          {t('new.make')}
        </Button>
      }
    >
      <div className={styles.stack}>
        <TextField label={t('import.name')} value={name} onValueChange={setName} maxLength={100} />
        <Select
          label={t('new.vocabulary')}
          hint={t('new.vocabularyHint')}
          value={vocabulary_of}
          onValueChange={setVocabulary}
          options={models.map((model) => ({ value: model.id, label: model.name }))}
        />
        <div className={styles.fields}>
          {[...SIZES, ...PROBABILITIES].map((field) => (
            <NumberField
              key={field}
              label={field}
              value={values[field]}
              onValueChange={(value) => setValues((before) => ({ ...before, [field]: value }))}
              minimum={field.endsWith('prob') ? 0 : 1}
              step={field.endsWith('prob') ? 0.05 : 1}
              error={faults.get(field)}
            />
          ))}
          <Select
            label="hidden_act"
            value={hidden_act}
            onValueChange={setActivation}
            options={ACTIVATIONS.map((value) => ({ value, label: value }))}
          />
        </div>
        {parsed.success && <Counts config={parsed.data} />}
      </div>
    </Dialog>
  )
}

function Counts({ config }: { config: AlbertConfig }) {
  const { t } = useTranslation('models')
  const { integer, bytes } = useFormat()
  const parameters = parameterCount(config)
  return (
    <dl className={styles.facts} aria-live="polite">
      {[
        [t('facts.parameters'), integer(parameters)],
        [t('new.stored'), bytes(parameters * BYTES_STORED)],
        [t('new.trained'), bytes(parameters * BYTES_TRAINED)],
      ].map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function valuesOf(config: AlbertConfig): Values {
  return Object.fromEntries([...SIZES, ...PROBABILITIES].map((field) => [field, config[field]])) as Values
}
