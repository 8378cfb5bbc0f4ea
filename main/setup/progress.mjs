// What a step is doing, as lines on standard error; standard output belongs to the command that was asked for.

const REDRAW_MS = 100
const PLAIN_LINE_MS = 10_000

/** @typedef {{ update: (detail: string) => void, done: (detail?: string) => void, stop: () => void }} Progress */

/**
 * Starts a line for one step: redrawn in place on a terminal, a new line every ten seconds elsewhere.
 * @param {string} title
 * @param {NodeJS.WriteStream} [stream]
 * @returns {Progress}
 */
export function startProgress(title, stream = process.stderr) {
  const began = Date.now()
  const wait = stream.isTTY ? REDRAW_MS : PLAIN_LINE_MS
  let shown = began
  let drawn = false
  if (stream.isTTY) draw('')
  else stream.write(`${title} …\n`)

  /** @param {string} detail */
  function draw(detail) {
    if (stream.isTTY) {
      const line = `${title} … ${detail}`.slice(0, (stream.columns || 80) - 1)
      stream.write(`\r\u001b[K${line}`)
      drawn = true
    } else stream.write(`${title} … ${detail}\n`)
  }

  return {
    update(detail) {
      if (Date.now() - shown < wait) return
      shown = Date.now()
      draw(detail)
    },
    done(detail = '') {
      if (drawn) stream.write('\r\u001b[K')
      stream.write(`${title}: done in ${seconds(Date.now() - began)}${detail && `, ${detail}`}\n`)
    },
    stop() {
      if (drawn) stream.write('\n')
    },
  }
}

/** @param {string} sentence */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

/** @param {number} ms */
export function seconds(ms) {
  return ms < 59_950
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/**
 * @param {number} done bytes
 * @param {number} total bytes
 */
export function megabytes(done, total) {
  const percent = total > 0 ? ` (${Math.min(100, Math.floor((100 * done) / total))} %)` : ''
  return `${Math.round(done / 1e6)} of ${Math.round(total / 1e6)} MB${percent}`
}
