// albert sample: trains the sample dataset here and sets its score beside two simple ones.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import type { JobRecord } from '../../contract/records.ts'
import type { Program } from '../../shell/program.ts'
import { CommandFailure, EXIT } from '../failure.ts'
import { followJob } from '../follow-job.ts'
import { withHost } from '../host-session.ts'
import { columns, printJson, printLines } from '../print.ts'

/** As much of the sample's own description as is shown. */
const About = z.object({
  description: z.string(),
  majority_class: z.object({ dev: z.number() }),
  bag_of_words: z.object({ method: z.string(), dev: z.number() }),
})
type About = z.infer<typeof About>

export function addSample(parent: Command, program: Program): Command {
  return parent
    .command('sample')
    .description('Trains a small ALBERT on the sample that comes with the program; nothing is downloaded.')
    .option('--json', 'print the result as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const about = await readAbout(program.assets_dir)
      await withHost(program, async ({ host, client }) => {
        process.stderr.write(`${about.description}\n`)
        const job = await followJob(client, await client.call('jobs.run-sample', {}))
        if (json) printJson({ job_id: job.id, output_dir: host.runFolder(job.id), result: job.result, about })
        else printLines(comparison(job, about))
      })
    })
}

/** The job's score on dev between the one of a coin and the one of a word counter, both measured on the same rows. */
export function comparison(job: JobRecord, about: About): string[] {
  const accuracy = job.result?.metrics['accuracy']
  if (job.result === null || accuracy === undefined) return [`${job.name} ended without a score.`]
  const { train_seconds, parameters } = job.result
  return [
    'Accuracy on the dev addresses; training has seen none of them, the best checkpoint was chosen by them:',
    ...columns([
      ['  this run: a small ALBERT from fresh weights', share(accuracy)],
      ['  always the most frequent label', share(about.majority_class.dev)],
      [`  ${about.bag_of_words.method}`, share(about.bag_of_words.dev)],
    ]),
    `${(parameters / 1e6).toFixed(1)} million parameters, trained in ${Math.round(train_seconds)} s.`,
    'The run stands in the window’s list, with its curve: npm start',
  ]
}

function share(value: number): string {
  return value.toFixed(3)
}

async function readAbout(assets_dir: string): Promise<About> {
  const file = join(assets_dir, 'generated', 'sample', 'about.json')
  try {
    return About.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    throw new CommandFailure(
      `The sample is not there: ${file} cannot be read. Run the set-up once more.`,
      EXIT.failure,
      { cause },
    )
  }
}
