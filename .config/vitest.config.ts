// Unit tests: engine, main and the set-up in plain Node, a process each; the window's in a DOM.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

export default defineConfig({
  root,
  cacheDir: path.join(root, 'node_modules/.cache/vitest'),
  test: {
    maxWorkers: 2,
    projects: [
      {
        root,
        test: {
          name: 'node',
          environment: 'node',
          pool: 'forks', // native TensorFlow and SQLite stay in a process of their own
          include: ['{engine,main}/**/*.test.{ts,mjs}', 'e2e/fixtures/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 50_000 } }, // what does not come says so before the test is given up
        },
      },
      {
        root,
        plugins: [react()],
        test: {
          name: 'window',
          environment: 'jsdom',
          pool: 'forks',
          include: ['renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['renderer/testing/tidy-page.ts'],
          testTimeout: 60_000,
        },
      },
    ],
  },
})
