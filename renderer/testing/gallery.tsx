// The window over a host in memory, for looking at it: `vite build --mode gallery`. Not a part of the program.
// ?empty: nothing was done yet; ?still: the running job stands; ?lost: the line is broken; ?theme= and ?language= choose.
import { Settings } from '../../main/contract/records.ts'
import { mount } from '../mount.tsx'
import { createFakeHost } from './fake-host.ts'

const asked = new URLSearchParams(window.location.search)
const fake = createFakeHost({ empty: asked.has('empty') })
fake.world.settings = Settings.parse({
  theme: asked.get('theme') ?? 'system',
  language: asked.get('language') ?? 'system',
})
if (!asked.has('still')) setInterval(() => fake.train(2), 500)

void mount(fake.host).then(() => {
  if (asked.has('lost')) fake.setConnected(false)
})
