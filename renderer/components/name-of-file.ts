/** What a file may be called in the workspace: its own name without the ending and the marks that names lack. */
export function nameOfFile(file: string): string {
  const base = file.trim().split(/[\\/]/).at(-1) ?? ''
  return base
    .replace(/\.[^.]+$/, '')
    .replace(/[:@\p{Cc}]/gu, '-')
    .trim()
    .slice(0, 128)
}
