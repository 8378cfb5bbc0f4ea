// The program behind `albert forward`: a request as JSON on standard input, the layers as JSON on standard output, one line of reason on failure.
import { z } from 'zod'
import { forward } from '../../../engine/index.ts'
import { AlbertConfig } from '../../../engine/spec/albert-config.ts'
import { EngineFailure } from '../../../engine/spec/errors.ts'

const table = z.array(z.array(z.int()))
const ForwardRequest = z.object({
  albert_config: AlbertConfig,
  init_checkpoint: z.string(),
  input_ids: table,
  input_mask: table,
  segment_ids: table,
})

async function main(): Promise<void> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk as string
  const outputs = await forward(ForwardRequest.parse(JSON.parse(text)))
  process.stdout.write(`${JSON.stringify(outputs)}\n`, () => process.exit(0))
}

main().catch((cause: unknown) => {
  const reason = cause instanceof EngineFailure ? cause.message : cause instanceof Error ? cause.stack : cause
  process.stderr.write(`${String(reason)}\n`, () => process.exit(1))
})
