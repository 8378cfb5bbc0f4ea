// The flags of the headless server, for its own program and for `albert serve`.
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { ServeOptions } from './serve.ts'

const MEGABYTE = 2 ** 20

/** Declares the flags on a command. */
export function withServeFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 takes any free one')
        .default(0)
        .argParser(wholeNumber(65535)),
    )
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      new Option('--allow-remote', 'let --host be an address that other machines reach').default(false),
    )
    .addOption(
      new Option('--upload-limit <MB>', 'largest file that a page may hand over')
        .default(2048)
        .argParser(wholeNumber(1024 * 1024)),
    )
}

export function serveOptions(flags: Record<string, unknown>): ServeOptions {
  return {
    port: Number(flags['port']),
    host: String(flags['host']),
    allow_remote: flags['allowRemote'] === true,
    upload_limit: Number(flags['uploadLimit']) * MEGABYTE,
  }
}

function wholeNumber(most: number) {
  return (text: string): number => {
    if (!/^\d+$/.test(text) || Number(text) > most) {
      throw new InvalidArgumentError(`It must be a whole number from 0 to ${most}.`)
    }
    return Number(text)
  }
}
