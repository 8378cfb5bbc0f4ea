// The checks of `npm test`, in the order of the table at its end: what each runs and how its outcome is counted.

import { countPlaywright } from './counts.mjs'
import { failuresOfPlaywright } from './failures.mjs'

/**
 * @typedef {{
 *   name: string,
 *   group: 'static' | 'unit' | 'e2e',
 *   tool: string,
 *   args: string[],
 *   read?: (report: unknown) => import('./vitest-report.mjs').UnitReport,
 * }} Check `tool`: a file in node_modules, or of this checkout; `read`: for a runner that writes a JSON report
 */

/** @type {readonly Check[]} */
export const checks = [
  {
    name: 'format',
    group: 'static',
    tool: 'node_modules/prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '.'],
  },
  { name: 'types', group: 'static', tool: 'node_modules/typescript/bin/tsc', args: ['-b', 'tsconfig.json'] },
  {
    name: 'lint',
    group: 'static',
    tool: 'node_modules/eslint/bin/eslint.js',
    args: ['--config', '.config/eslint.config.mjs', '--max-warnings', '0', '.'],
  },
  {
    name: 'arrows',
    group: 'static',
    tool: 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    args: [
      '--config',
      '.config/dependency-cruiser.cjs',
      '--output-type',
      'err-long',
      'engine',
      'main',
      'renderer',
      'e2e',
    ],
  },
  { name: 'unused', group: 'static', tool: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
  { name: 'licences', group: 'static', tool: '.config/licences.mjs', args: ['--check'] },
  {
    name: 'unit',
    group: 'unit',
    tool: 'node_modules/vitest/vitest.mjs',
    args: [
      'run',
      '--config',
      '.config/vitest.config.ts',
      '--reporter=default',
      '--reporter=./main/setup/vitest-report.mjs',
    ],
    read: (report) => /** @type {import('./vitest-report.mjs').UnitReport} */ (report),
  },
  {
    name: 'e2e',
    group: 'e2e',
    tool: 'node_modules/@playwright/test/cli.js',
    args: ['test', '--config', 'e2e/playwright.config.ts'],
    read: (report) => ({ counts: countPlaywright(report), failures: failuresOfPlaywright(report) }),
  },
]

/**
 * The checks that `--only=` names, by name or by group; all where it is not given.
 * @param {string | undefined} only
 * @returns {{ chosen: readonly Check[], unknown: string[] }}
 */
export function chooseChecks(only) {
  if (only === undefined) return { chosen: checks, unknown: [] }
  const words = only.split(',').filter((word) => word !== '')
  return {
    chosen: checks.filter(({ name, group }) => words.includes(name) || words.includes(group)),
    unknown: words.filter((word) => !checks.some(({ name, group }) => name === word || group === word)),
  }
}
