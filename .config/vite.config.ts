// renderer/ in, dist/renderer out: pages that run in Chrome 108, from app://bundle/ and from a server, with no inline script and no inline style.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const CHROME = 108 // Electron 22: the oldest the window runs in

/** `--mode gallery` builds the window over a host in memory instead, for looking at it. */
export default defineConfig(({ mode }) => ({
  root: path.join(root, 'renderer'),
  base: './',
  cacheDir: path.join(root, 'node_modules/.cache/vite'),
  plugins: [react(), stylesheetsAsFiles()],
  resolve: {
    alias: { 'react-style-singleton': path.join(root, 'renderer/ui/style-singleton.ts') },
  },
  css: {
    transformer: 'lightningcss',
    lightningcss: { targets: { chrome: CHROME << 16 } },
  },
  build: {
    target: `chrome${CHROME}`,
    outDir: path.join(root, mode === 'gallery' ? 'dist/gallery' : 'dist/renderer'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: path.join(root, 'renderer', mode === 'gallery' ? 'testing/gallery.html' : 'index.html'),
    },
  },
}))

/**
 * The toast library writes its stylesheet into a `<style>` element when it is loaded, which the page's Content-Security-Policy
 * forbids. `ui/toast.tsx` imports the same stylesheet as a file, so the call is taken out.
 */
function stylesheetsAsFiles(): Plugin {
  return {
    name: 'stylesheets-as-files',
    transform(code, id) {
      if (!/[\\/]sonner[\\/]dist[\\/]index\.mjs/.test(id)) return null
      const without = code.replace(/^__insertCSS\(".*"\);?$/m, '')
      if (without === code)
        this.error('sonner no longer inserts its stylesheet as this plugin expects: look at its index.mjs.')
      return { code: without, map: null }
    },
  }
}
