// What a run asks for, what the user has set, and what is usual: which of them a process gets.
import { expect, test } from 'vitest'
import { processSettings, settingsText } from './process-settings.ts'

test('what is usual, where nobody says anything', () => {
  expect(processSettings({ threads: 0 }, { PATH: '/bin' })).toEqual({
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_ENABLE_ONEDNN_OPTS: '1',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  })
})

test('what the user has set stays; what the run asks for goes before it', () => {
  const environment = { TF_ENABLE_ONEDNN_OPTS: '0', TF_NUM_INTRAOP_THREADS: '8' }
  expect(processSettings({ threads: 0 }, environment)).not.toHaveProperty('TF_ENABLE_ONEDNN_OPTS')
  expect(processSettings({ threads: 0 }, environment)).not.toHaveProperty('TF_NUM_INTRAOP_THREADS')
  expect(processSettings({ threads: 3 }, environment)).toMatchObject({ TF_NUM_INTRAOP_THREADS: '3' })
})

test('only a run in fp32 keeps a card from rounding', () => {
  expect(processSettings({ threads: 0, precision: 'fp32' }, {})).toMatchObject({ NVIDIA_TF32_OVERRIDE: '0' })
  expect(processSettings({ threads: 0, precision: 'auto' }, {})).not.toHaveProperty('NVIDIA_TF32_OVERRIDE')
  const wanted = { NVIDIA_TF32_OVERRIDE: '1' }
  expect(processSettings({ threads: 0, precision: 'fp32' }, wanted)).not.toHaveProperty(
    'NVIDIA_TF32_OVERRIDE',
  )
})

test('the log tells of them and of nothing else', () => {
  const environment = { HOME: '/home', ...processSettings({ threads: 2 }, {}) }
  expect(settingsText(environment)).toBe(
    'TF_CPP_MIN_LOG_LEVEL=2, TF_NUM_INTRAOP_THREADS=2, TF_ENABLE_ONEDNN_OPTS=1, TF_FORCE_GPU_ALLOW_GROWTH=true',
  )
})
