// A token's name in, its value in the theme of this moment out: for canvases, which cannot read custom properties themselves.

/** A design token of `tokens.css`, without the two dashes. */
export type TokenName =
  | 'color-canvas'
  | 'color-surface'
  | 'color-surface-raised'
  | 'color-border'
  | 'color-text'
  | 'color-text-muted'
  | 'color-text-faint'
  | 'color-accent'
  | 'color-success'
  | 'color-warning'
  | 'color-danger'
  | `chart-${1 | 2 | 3 | 4 | 5 | 6}`
  | 'chart-grid'
  | 'chart-axis'
  | 'chart-v1'
  | 'chart-v2'
  | 'font-text'
  | 'font-mono'

/** Reads a token as CSS would use it, such as `#0d5c75`. Read again when `useThemeName` changes. */
export function readToken(name: TokenName): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}
