// The text of assets/licences.md in, the rows of its table out.
export type LicenceRow = { name: string; version: string; licence: string }

/** The first two lines of the table, its head and its rule, are left out. */
export function licenceRows(text: string): LicenceRow[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => {
      const [name = '', version = '', licence = ''] = line
        .split('|')
        .slice(1, -1)
        .map((part) => part.trim())
      return { name, version, licence }
    })
}
