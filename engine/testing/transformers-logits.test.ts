// A second witness beside the original: transformers' ALBERT, given the folder that we write for it, says the same of the same batch.
import { dispose, zeros, type Rank } from '@tensorflow/tfjs-core'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { startNative } from '../backends/native.ts'
import { readBundle } from '../checkpoint/bundle-reader.ts'
import { writeHuggingFace } from '../checkpoint/write-hugging-face.ts'
import { classificationHead } from '../model/heads.ts'
import { Runtime } from '../spec/runtime.ts'
import { evalStepOf } from '../train/eval-step.ts'
import {
  inputTensorsOf,
  ORACLE_MODELS,
  oracleConfig,
  OracleInputs,
  oracleParams,
  type OracleModel,
} from './oracle-models.ts'
import { golden, GOLDENS } from './tensor-dump.ts'

vi.setConfig({ testTimeout: 600_000 }) // importing PyTorch from a cold disk takes a minute

const PYTHON = process.env['ALBERT_PEER_PYTHON']
const LABELS = ['a', 'b', 'c']
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'transformers-logits-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

test('transformers gives the same logits for the same weights, v1 and v2 shapes, within 1e-4', async (context) => {
  if (PYTHON === undefined)
    return context.skip(
      'PyTorch and transformers are not set up: npm run bench -- --set-up-peer, or ALBERT_PEER_PYTHON',
    )
  await startNative(Runtime.parse({}))
  const asked = await Promise.all(ORACLE_MODELS.map(exported))
  const theirs = askTransformers(PYTHON, asked)
  for (const { name } of asked) {
    const expected = theirs[name] ?? []
    const logits = await ourLogits(name)
    expect(logits.length).toBeGreaterThan(1)
    expect(expected.length).toBe(logits.length)
    const spread = expected.flat().map(Math.abs)
    expect(Math.max(...spread)).toBeGreaterThan(0.1) // equal zeros would say nothing
    const gaps = logits.flatMap((row, r) =>
      row.map((value, c) => Math.abs(value - (expected[r]?.[c] ?? NaN))),
    )
    expect(Math.max(...gaps), name).toBeLessThan(1e-4)
  }
})

/** The batch without its last row, which is masked as a whole: there the original's own rounding is part of the answer. */
function inputsOf(name: OracleModel): z.infer<typeof OracleInputs> {
  const { input_ids, input_mask, segment_ids } = golden(`model/${name}/encoder-inputs.json`, OracleInputs)
  const isRead = (_: unknown, row: number): boolean => input_mask[row]?.some((bit) => bit === 1) ?? false
  return {
    input_ids: input_ids.filter(isRead),
    input_mask: input_mask.filter(isRead),
    segment_ids: segment_ids.filter(isRead),
  }
}

async function exported(name: OracleModel) {
  const target = path.join(folder, name)
  await mkdir(target)
  const tensors = await readBundle(path.join(GOLDENS, 'model', name, 'classifier', 'model.ckpt-best'))
  const files = { spm_model_file: null, vocab_file: null }
  const model = { albert_config: oracleConfig(name), tensors: tensors.values(), labels: LABELS, ...files }
  await writeHuggingFace(target, { ...model, head: 'AlbertForSequenceClassification' })
  return { name, folder: target, inputs: inputsOf(name) }
}

async function ourLogits(name: OracleModel): Promise<number[][]> {
  const params = await oracleParams(name, 'classifier')
  const batch = inputTensorsOf(inputsOf(name))
  const label_ids = zeros<Rank.R1>([batch.input_ids.shape[0]], 'int32')
  const step = evalStepOf({ head: classificationHead(LABELS.length), config: oracleConfig(name) })
  const answers = step(params, { ...batch, label_ids })
  const logits = await answers.logits.array()
  dispose([params, batch, answers])
  return logits
}

function askTransformers(python: string, asked: unknown): Record<string, number[][]> {
  const script = path.join(import.meta.dirname, 'transformers-logits.py')
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
    env: { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_VERBOSITY: 'error' },
  })
  expect(status, stderr).toBe(0)
  return z.record(z.string(), z.array(z.array(z.number()))).parse(JSON.parse(stdout))
}
