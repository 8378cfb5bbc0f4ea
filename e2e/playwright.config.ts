// The same specs twice: on the real Electron window, and on the server mode in Chromium.
import { defineConfig } from '@playwright/test'
import type { WorkbenchOptions } from './fixtures/workbench.ts'

export default defineConfig<WorkbenchOptions>({
  testDir: './specs',
  outputDir: './results',
  workers: 1,
  fullyParallel: false,
  // No spec says how fast a machine is: what is waited for here comes within seconds on the slowest, or never.
  timeout: 400_000,
  expect: { timeout: 120_000 },
  reporter: [['list'], ['json', { outputFile: process.env['ALBERT_E2E_REPORT'] ?? './results/report.json' }]],
  use: { screenshot: 'only-on-failure', trace: 'off' },
  projects: [
    { name: 'desktop', use: { shell: 'desktop' } },
    { name: 'server', use: { shell: 'server' } },
  ],
})
