// The precision that is asked for and what computes in, the one that a run computes in out, with a sentence that says so.
import { readFileSync } from 'node:fs'
import type { Runtime } from '../spec/runtime.ts'
import type { RunPlan } from '../spec/run-plan.ts'
import { cardHere, type Card } from './card.ts'

export type Precision = RunPlan['precision']

/** Units that multiply bfloat16 faster than float32, as Linux names them. */
const BF16_UNITS = ['amx_bf16', 'avx512_bf16']

export type Choice = {
  precision: Precision
  why: RunPlan['precision_reason']
  sentence: string
}

/** Cards multiply bfloat16 fast from this compute capability on (Ampere), and half from that one (Volta). */
const BF16_CARD = 8
const FP16_CARD = 7

/** Whether training scales its loss: half holds nothing below 6e-8, where many gradients lie. */
export function scalesLoss(runtime: Pick<Runtime, 'precision' | 'jit'>): boolean {
  return precisionOf(runtime).precision === 'fp16'
}

/**
 * @param flags what the processor can do, as `/proc/cpuinfo` tells it; null where nothing tells
 * @param card the one that computes in its place
 */
export function precisionOf(
  { precision, jit }: Pick<Runtime, 'precision' | 'jit'>,
  flags: ReadonlySet<string> | null = processorFlags(),
  card: Pick<Card, 'compute_capability'> | null = cardHere(),
): Choice {
  if (jit === 'off') {
    const isNarrow = precision === 'bf16' || precision === 'fp16'
    const asked = isNarrow ? ` ${precision} needs a compiled step, and jit is off.` : ''
    return {
      precision: 'fp32',
      why: 'not-compiled',
      sentence: `Matrix products are computed in fp32.${asked}`,
    }
  }
  if (precision !== 'auto')
    return {
      precision,
      why: 'asked',
      sentence: `Matrix products are computed in ${precision}, as asked for.`,
    }
  if (card !== null) return onCard(card.compute_capability)
  if (flags === null) {
    const sentence =
      'Matrix products are computed in fp32: this system does not tell what its processor can do.'
    return { precision: 'fp32', why: 'unknown', sentence }
  }
  const unit = BF16_UNITS.find((name) => flags.has(name))
  return unit === undefined
    ? {
        precision: 'fp32',
        why: 'no-unit',
        sentence: `Matrix products are computed in fp32: the processor has no unit for bf16 (${BF16_UNITS.join(', ')}).`,
      }
    : {
        precision: 'bf16',
        why: 'unit',
        sentence: `Matrix products are computed in bf16: the processor has ${unit}.`,
      }
}

function onCard(compute_capability: number): Choice {
  const has = `the card has compute capability ${compute_capability.toFixed(1)}`
  const [precision, wants]: [Precision, string] =
    compute_capability >= BF16_CARD
      ? ['bf16', '']
      : compute_capability >= FP16_CARD
        ? ['fp16', `, and bf16 wants ${BF16_CARD.toFixed(1)}`]
        : ['fp32', `, fp16 wants ${FP16_CARD.toFixed(1)} and bf16 ${BF16_CARD.toFixed(1)}`]
  return {
    precision,
    why: 'card',
    sentence: `Matrix products are computed in ${precision}: ${has}${wants}.`,
  }
}

function processorFlags(): ReadonlySet<string> | null {
  try {
    const line = /^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]
    return line === undefined ? null : new Set(line.split(/\s+/))
  } catch {
    return null // no Linux
  }
}
