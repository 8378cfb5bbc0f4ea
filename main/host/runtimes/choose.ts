// What is wanted, what is here and what was found of NVIDIA in; the runtime that the next run uses, and why, out.
import type { ChoiceReason, Device, Nvidia, WantedDevice } from '../../contract/runtimes.ts'
import { nvidiaSentence } from './nvidia.ts'

export type Choice = { device: Device; reason: ChoiceReason; message: string }

/**
 * @param here the builds that are whole
 * @param known those that there are for this system, here or not
 * @returns the build; with `asked-cpu` it computes on the processor, whichever it is
 */
export function chooseDevice(
  wanted: WantedDevice,
  here: ReadonlySet<Device>,
  known: ReadonlySet<Device>,
  nvidia: Nvidia,
): Choice {
  const { device, reason } = decide(wanted, here, known, nvidia.state === 'ready')
  return { device, reason, message: sentences[reason](nvidiaSentence(nvidia)) }
}

function decide(
  wanted: WantedDevice,
  here: ReadonlySet<Device>,
  known: ReadonlySet<Device>,
  hasCard: boolean,
): { device: Device; reason: ChoiceReason } {
  if (here.size === 0) return { device: 'cpu', reason: 'nothing' }
  if (wanted === 'cpu') return { device: here.has('cpu') ? 'cpu' : 'cuda', reason: 'asked-cpu' }
  if (!known.has('cuda')) return { device: 'cpu', reason: 'only-cpu' }
  if (!here.has('cpu')) return { device: 'cuda', reason: hasCard ? 'driver' : 'cuda-alone' }
  if (wanted === 'cuda') {
    if (!here.has('cuda')) return { device: 'cpu', reason: 'asked-cuda-absent' }
    return { device: 'cuda', reason: hasCard ? 'asked-cuda' : 'asked-cuda-without-driver' }
  }
  if (!hasCard) return { device: 'cpu', reason: 'no-driver' }
  return here.has('cuda')
    ? { device: 'cuda', reason: 'driver' }
    : { device: 'cpu', reason: 'driver-without-cuda' }
}

const sentences: Record<ChoiceReason, (nvidia: string) => string> = {
  'asked-cpu': () => 'Runs compute on the processor, as asked for.',
  'asked-cuda': (nvidia) => `Runs compute on the card, as asked for. ${nvidia}`,
  'asked-cuda-without-driver': (nvidia) =>
    `The CUDA build is used, as asked for, and computes on the processor. ${nvidia}`,
  'asked-cuda-absent': () =>
    'The card was asked for, and the CUDA build is not here: runs compute on the processor until it is fetched.',
  driver: (nvidia) => `Runs compute on the card. ${nvidia}`,
  'driver-without-cuda': (nvidia) =>
    `Runs compute on the processor, for the CUDA build is not here; fetch it to use the card. ${nvidia}`,
  'no-driver': (nvidia) => `Runs compute on the processor. ${nvidia}`,
  'cuda-alone': (nvidia) => `The CUDA build is the only one here, and computes on the processor. ${nvidia}`,
  'only-cpu': () => 'Runs compute on the processor: there is no build for cards on this system.',
  nothing: () => 'There is no TensorFlow here, so nothing can be trained.',
}
