// A run in a process of its own, for tests that kill it: the request as JSON in the first argument, a line of JSON for each event out.
import { run } from '../index.ts'
import { RunRequest } from '../spec/run.ts'

async function main(): Promise<void> {
  const request = RunRequest.parse(JSON.parse(process.argv[2] ?? ''))
  for await (const event of run(request, { signal: new AbortController().signal })) {
    process.stdout.write(`${JSON.stringify(event)}\n`)
  }
}

void main()
