// Runs other programs: quietly for a step, or in the user's own terminal for the command that was asked for.

import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'

const KEPT_OUTPUT = 20_000 // characters: enough of the end to see why a program failed

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/**
 * Runs a program to its end and keeps what it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, signal?: AbortSignal, onOutput?: (text: string) => void, shell?: boolean }} [options]
 * @returns {Promise<{ code: number, signal: NodeJS.Signals | null, stdout: string, output: string, timedOut: boolean }>} `code`: -1 where a signal ended it; `output`: stdout and stderr as they came
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      shell: options.shell ?? false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    running.add(child)
    let stdout = ''
    let output = ''
    let timedOut = false
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            child.kill('SIGKILL')
          }, options.timeoutMs)
    options.signal?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true })
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      stdout += text
      output = (output + text).slice(-KEPT_OUTPUT)
      options.onOutput?.(text)
    })
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output = (output + text).slice(-KEPT_OUTPUT)
      options.onOutput?.(text)
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      running.delete(child)
      reject(error)
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ code: code ?? -1, signal, stdout, output, timedOut })
    })
  })
}

/**
 * Runs the program the user asked for in this terminal, passes signals on, and ends as it ended.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} the exit code; 128 + the number where a signal ended it
 */
export function runInTerminal(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: 'inherit',
    })
    // A terminal sends Ctrl-C to the child as well; sent twice it would read as "at once, without saving".
    const onInterrupt = () => void (process.stdin.isTTY || child.kill('SIGINT'))
    const onTerminate = () => void child.kill('SIGTERM')
    const onHangUp = () => void child.kill('SIGHUP')
    process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate).on('SIGHUP', onHangUp)
    const unhook = () => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate).off('SIGHUP', onHangUp)
    }
    child.on('error', (error) => {
      unhook()
      reject(error)
    })
    child.on('close', (code, signal) => {
      unhook()
      resolve(code ?? 128 + (signalNumbers[signal ?? 'SIGTERM'] ?? 15))
    })
  })
}

/** @type {Record<string, number>} */
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }

/** Ends the programs that steps have started: called when the user interrupts the set-up. */
export function endRunningCommands() {
  for (const child of running) child.kill('SIGTERM')
}

/**
 * Where a program lies on PATH.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function findProgram(name, env = process.env) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : ['']
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending)
      if (folder !== '' && isExecutable(file)) return file
    }
  }
  return undefined
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
