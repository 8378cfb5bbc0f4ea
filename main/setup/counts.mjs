// How many tests passed, failed and were skipped, from the reports that the runners write; and the last line of `npm test`.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @param {unknown} report vitest's JSON report
 * @returns {Counts}
 */
export function countVitest(report) {
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numPendingTests = 0,
    numTodoTests = 0,
    success,
    testResults = [],
  } = /** @type {VitestReport} */ (report)
  // A file that could not be loaded has failed without a test of its own.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = numFailedTests + broken
  return {
    passed: numPassedTests,
    failed: failed === 0 && success === false ? 1 : failed,
    skipped: numPendingTests + numTodoTests,
  }
}

/**
 * @param {unknown} report Playwright's JSON report
 * @returns {Counts}
 */
export function countPlaywright(report) {
  const { stats, errors = [] } = /** @type {PlaywrightReport} */ (report)
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = stats ?? {}
  return { passed: expected + flaky, failed: unexpected + errors.length, skipped }
}

/**
 * Which tests failed, and where: what stands at the very end of the output, where a short look finds it.
 * @param {unknown} report vitest's JSON report
 * @returns {string[]}
 */
export function failuresOfVitest(report) {
  const { testResults = [] } = /** @type {VitestReport} */ (report)
  return testResults.flatMap(({ name = '', status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (failed.length > 0) return failed.map(({ fullName = '' }) => `${name} › ${fullName}`)
    return status === 'failed' ? [`${name}: ${message ?? 'could not be run'}`] : []
  })
}

/**
 * @param {unknown} report Playwright's JSON report
 * @returns {string[]}
 */
export function failuresOfPlaywright(report) {
  const { suites = [], errors = [] } = /** @type {PlaywrightReport} */ (report)
  return [
    ...suites.flatMap(failuresOfSuite),
    ...errors.map(({ message = 'an error outside of tests' }) => message),
  ]
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {string[]}
 */
function failuresOfSuite({ specs = [], suites = [] }) {
  return [
    ...specs
      .filter(({ ok }) => !ok)
      .map(
        ({ file, title, tests }) =>
          `${file} › ${title} [${tests.map(({ projectName }) => projectName).join(', ')}]`,
      ),
    ...suites.flatMap(failuresOfSuite),
  ]
}

/**
 * @param {readonly Counts[]} counts
 * @returns {Counts}
 */
export function addUp(counts) {
  return counts.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  )
}

/** @param {Counts} counts */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/**
 * @typedef {{
 *   numPassedTests?: number, numFailedTests?: number, numPendingTests?: number, numTodoTests?: number, success?: boolean,
 *   testResults?: { name?: string, status: string, message?: string, assertionResults: { status: string, fullName?: string }[] }[],
 * }} VitestReport
 * @typedef {{ specs?: { ok: boolean, file: string, title: string, tests: { projectName: string }[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 * @typedef {{
 *   stats?: { expected?: number, unexpected?: number, flaky?: number, skipped?: number },
 *   suites?: PlaywrightSuite[], errors?: { message?: string }[],
 * }} PlaywrightReport
 */
