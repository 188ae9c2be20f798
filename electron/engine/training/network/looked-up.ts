/** Rows of a table that are looked up, each once in the order of their first place, and the places as places among them. */
export interface LookedUp {
  rows: Int32Array
  places: Int32Array
}

/**
 * What of a table `places` name. `marks` has a number for each row of the table, all −1, and has them again afterwards: the cost is that of
 * the places, whatever the table's size. Throws a RangeError for a place outside the table.
 */
export function lookUp(places: Int32Array, marks: Int32Array): LookedUp {
  const rows = new Int32Array(places.length)
  const own = new Int32Array(places.length)
  let count = 0
  places.forEach((place, i) => {
    let at = marks[place]
    if (at === undefined) throw new RangeError(`Place ${place} of a table with ${marks.length} rows`)
    if (at < 0) {
      at = count
      marks[place] = at
      rows[at] = place
      count += 1
    }
    own[i] = at
  })
  for (let i = 0; i < count; i += 1) marks[rows[i]!] = -1
  return { rows: rows.subarray(0, count), places: own }
}

/** `rows` of a table [R, units], one after the other. */
export function takeRows(table: Float32Array, rows: Int32Array, units: number): Float32Array {
  const taken = new Float32Array(rows.length * units)
  rows.forEach((row, i) => {
    for (let k = 0; k < units; k += 1) taken[i * units + k] = table[row * units + k]!
  })
  return taken
}

/** Writes what `takeRows` took, changed or not, back to its place. */
export function putRows(table: Float32Array, rows: Int32Array, units: number, values: Float32Array): void {
  rows.forEach((row, i) => {
    for (let k = 0; k < units; k += 1) table[row * units + k] = values[i * units + k]!
  })
}
