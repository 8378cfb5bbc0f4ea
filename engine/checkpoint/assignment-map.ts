// Names of variables and of a checkpoint's entries in, which variable takes which entry out: the original's rules.

type Names = { has(name: string): boolean }

/** For fine-tuning (`num_of_group` 0 in the original): every variable takes the entry of its own name, or none. */
export function assignmentMap(wanted: readonly string[], available: Names): Map<string, string> {
  return new Map(wanted.filter((name) => available.has(name)).map((name) => [name, name]))
}

/**
 * For pre-training a model of several groups from one of fewer (`num_of_group` ≥ 1): one map a group, entry → variable, as
 * the original has it. A variable that the checkpoint lacks falls back to the first group's entry, when there is more than
 * one group.
 */
export function groupedAssignmentMaps(
  wanted: readonly string[],
  available: Names,
  num_of_group: number,
): Map<string, string>[] {
  const maps = Array.from({ length: num_of_group }, () => new Map<string, string>())
  for (const name of wanted) {
    const entry = [name, ...(num_of_group > 1 ? fallbacks(name) : [])].find((candidate) =>
      available.has(candidate),
    )
    if (entry === undefined) continue
    const groups = maps.map((_, group) => group).filter((group) => group > 0 && isOfGroup(name, group))
    for (const group of groups.length === 0 ? [0] : groups) maps[group]?.set(entry, name)
  }
  return maps
}

function fallbacks(name: string): string[] {
  return [
    name.replace(/\/group_\d+\//g, '/group_0/'),
    name.replace(/\/ffn_\d+\//g, '/ffn_1/'),
    name.replace(/\/attention_\d+\//g, '/attention_1/'),
  ]
}

function isOfGroup(name: string, group: number): boolean {
  return ['group', 'ffn', 'attention'].some((scope) => name.includes(`/${scope}_${group}/`))
}
