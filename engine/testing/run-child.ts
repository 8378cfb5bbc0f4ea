// A run in a process of its own, for tests that kill it: the request as JSON in the first argument, a line of JSON for each event
// out, and after each a line in that lets it go on: whoever reads an event finds the run where it says.
import { createInterface } from 'node:readline'
import { run } from '../index.ts'
import { RunRequest } from '../spec/run.ts'

async function main(): Promise<void> {
  const request = RunRequest.parse(JSON.parse(process.argv[2] ?? ''))
  const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  for await (const event of run(request, { signal: new AbortController().signal })) {
    process.stdout.write(`${JSON.stringify(event)}\n`)
    await answers.next()
  }
  process.stdin.destroy()
}

void main()
