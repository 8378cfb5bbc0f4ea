// A model whose answers were trained elsewhere in, a button that has it answer a file out; a dataset says what the answers mean.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelDetail } from '../../../main/contract/models.ts'
import { readyOr } from '../../stores/remote.ts'
import { useDatasets } from '../../stores/use-stores.ts'
import { Select } from '../../ui/select.tsx'
import { PredictButton } from './predict-button.tsx'

/** What belongs to the encoder, to pretraining or to the optimizer; anything else was trained to answer a task. */
const NO_ANSWER = /^(?:bert\/|cls\/(?:predictions|seq_relationship)\/|global_step$)|adam|lamb/i

/** Nothing where the model answers no task, or there is no dataset that says which. */
export function PredictWithModel({ detail: { record, report } }: { detail: ModelDetail }) {
  const { t } = useTranslation('predict')
  const datasets = readyOr(useDatasets(), [])
  const [dataset_id, setDataset] = useState('')
  const chosen = datasets.find(({ id }) => id === dataset_id) ?? datasets[0]
  const answers = report?.variables.some(({ name }) => !NO_ANSWER.test(name)) === true
  if (!answers || chosen === undefined || !record.available) return null
  return (
    <PredictButton
      name={record.name}
      task={chosen.task}
      from={{ model_id: record.id, dataset_id: chosen.id }}
    >
      <Select
        label={t('dataset')}
        hint={t('datasetHint')}
        value={chosen.id}
        onValueChange={setDataset}
        options={datasets.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </PredictButton>
  )
}
