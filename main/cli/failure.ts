// How a command ends other than well: the exit codes, and an error that carries one with its sentence.

/** The documented exit codes; 0 is success. */
export const EXIT = { failure: 1, usage: 2, interrupted: 130 } as const

export class CommandFailure extends Error {
  readonly exit_code: number
  constructor(message: string, exit_code: number = EXIT.failure, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CommandFailure'
    this.exit_code = exit_code
  }
}

export function usageFailure(message: string): CommandFailure {
  return new CommandFailure(message, EXIT.usage)
}
