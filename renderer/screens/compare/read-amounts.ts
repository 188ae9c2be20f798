/** An amount as it is typed; nothing is 0. Null for what is none. */
export function readAmount(text: string): number | null {
  const value = Number(text.trim())
  return Number.isFinite(value) && Math.abs(value) <= 1e12 ? value : null
}

/** The cells with a table of a spreadsheet (tabs and lines) laid over them from row j and column k on; what falls outside is dropped. */
export function spread(cells: readonly string[][], text: string, j: number, k: number): string[][] {
  const pasted = text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(line => line.split('\t'))
  return cells.map((row, i) => row.map((cell, at) => pasted[i - j]?.[at - k]?.trim() ?? cell))
}
