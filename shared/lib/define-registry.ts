export interface RegistryEntry {
  readonly id: string
}

export interface DefinedRegistry<Entry extends RegistryEntry> {
  readonly entries: readonly Entry[]
  has(id: string): boolean
  /** The entry; throws what `missing` makes of an unknown id. */
  get(id: string): Entry
}

/** A closed list of capabilities, one file an entry. Throws at load when two entries share an id. */
export function defineRegistry<Entry extends RegistryEntry>(
  entries: readonly Entry[],
  missing: (id: string, known: string[]) => Error,
): DefinedRegistry<Entry> {
  const byId = new Map<string, Entry>()
  for (const entry of entries) {
    if (byId.has(entry.id)) throw new Error(`Two entries are called "${entry.id}"`)
    byId.set(entry.id, entry)
  }
  return {
    entries,
    has: id => byId.has(id),
    get(id) {
      const entry = byId.get(id)
      if (!entry) throw missing(id, [...byId.keys()])
      return entry
    },
  }
}
