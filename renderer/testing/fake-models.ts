// Models in memory in, the handlers of a host for them out: for pages, tests and the gallery.
import type { ModelReport } from '../../engine/spec/model-report.ts'
import { HostFailure } from '../../main/contract/errors.ts'
import type { EventName, EventPayload, HostHandlers } from '../../main/contract/host.ts'
import type { modelMethods } from '../../main/contract/models.ts'
import { say } from '../../main/contract/sentences.ts'
import type { ModelRecord } from '../../main/contract/records.ts'

type Tell = <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void

/** What importing `baseModel` found. */
export function reportOf({ albert_config }: ModelRecord): ModelReport {
  const { vocab_size, embedding_size, hidden_size } = albert_config
  return {
    form: 'released',
    albert_config,
    albert_config_file: 'albert_config.json',
    spm_model_file: '30k-clean.model',
    vocab_file: null,
    init_checkpoint: 'model.ckpt-best',
    vocabulary_pieces: vocab_size,
    variables: [
      variable('bert/embeddings/word_embeddings', [vocab_size, embedding_size], 124.4),
      variable('bert/encoder/embedding_hidden_mapping_in/kernel', [embedding_size, hidden_size], 41.3),
      variable('bert/pooler/dense/bias', [hidden_size], 0.52),
    ],
    probes: [
      {
        sentence: 'The capital of France is [MASK].',
        hidden: 'paris',
        rank: 1,
        predictions: [
          { piece: 'paris', probability: 0.84 },
          { piece: 'lyon', probability: 0.05 },
          { piece: 'marseille', probability: 0.03 },
        ],
      },
    ],
    notes: [],
  }
}

function variable(name: string, shape: number[], l2_norm: number): ModelReport['variables'][number] {
  const values = shape.reduce((product, size) => product * size, 1)
  return { name, dtype: 'float32', shape, bytes: values * 4, l2_norm }
}

export function fakeModelHandlers(
  models: ModelRecord[],
  tell: Tell,
): Pick<HostHandlers, keyof typeof modelMethods> {
  let made = 0
  let folder = '/home/ada/.local/share/albert-workbench/models'
  const folderNow = () => {
    const own = models.filter(({ origin }) => origin !== 'built-in')
    const bytes = own.reduce((sum, model) => sum + model.bytes, 0)
    return { folder, models: own.length, bytes, free_bytes: 412e9, move: null }
  }
  const modelWith = (model_id: string): ModelRecord => {
    const model = models.find(({ id }) => id === model_id)
    if (model !== undefined) return model
    throw new HostFailure({ code: 'not-found', what: 'model', id: model_id, message: 'This model is gone.' })
  }
  const put = (model: ModelRecord): ModelRecord => {
    const at = models.findIndex(({ id }) => id === model.id)
    models.splice(at < 0 ? models.length : at, at < 0 ? 0 : 1, model)
    tell('model.changed', model)
    return model
  }
  return {
    'models.list': async () => [...models],
    'models.get': async ({ model_id }) => {
      const record = modelWith(model_id)
      const report = record.pretrained ? reportOf(record) : null
      const files = report === null ? [] : [{ name: 'model.ckpt-best.index', bytes: 1500 }]
      return {
        record,
        folder: report === null ? null : `/data/models/${record.id}`,
        files,
        report,
        used_by: [],
      }
    },
    'models.import': async ({ name, work_id }) => {
      const template = models[0]
      if (template === undefined) throw new Error('The fake host has no model to copy.')
      tell('model.import-progress', { work_id, phase: 'checking', done: 1, total: 2 })
      made += 1
      const id = `imported-${made}`
      return put({
        ...template,
        id,
        name: name ?? 'Imported',
        origin: 'imported',
        pretrained: true,
        bytes: 47e6,
      })
    },
    'models.cancel': async () => ({}),
    'models.create': async ({ name, albert_config }) => {
      const template = modelWith(models[0]?.id ?? '')
      made += 1
      return put({ ...template, id: `made-${made}`, name, albert_config, origin: 'made', pretrained: false })
    },
    'models.rename': async ({ model_id, name }) => put({ ...modelWith(model_id), name }),
    'models.delete': async ({ model_id }) => {
      const { bytes } = modelWith(model_id)
      models.splice(
        models.findIndex(({ id }) => id === model_id),
        1,
      )
      tell('model.removed', { model_id })
      return { freed_bytes: bytes }
    },
    'models.folder': async () => folderNow(),
    'models.move': async ({ to, work_id }) => {
      tell('model.move-progress', { work_id, done: 1, total: 4 })
      const into = 'path' in to ? to.path : '/media/dropped'
      if (!into.startsWith('/')) {
        const words = say('move-not-whole-path', { into })
        throw new HostFailure({ code: 'bad-file', file: into, line: null, column: null, ...words })
      }
      folder = `${into}/albert-models`
      return folderNow()
    },
    'models.histogram': async () => ({
      least: -0.2,
      most: 0.2,
      mean: 0.001,
      stddev: 0.04,
      counts: [1, 4, 9, 20, 9, 4, 1],
    }),
    'models.tokenize': async ({ text }) => ({
      cleaned: text.toLowerCase(),
      pieces: text
        .toLowerCase()
        .split(' ')
        .filter((word) => word !== '')
        .map((word, at) => ({ piece: `▁${word}`, id: word === 'zzz' ? 1 : 100 + at })),
      unk: 1,
    }),
  }
}
