/** The words of a line; what stands between quotes is one of them. */
export function wordsOf(line: string): string[] {
  const words = line.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)
  return [...words].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single))
}

/** `NAME=VALUE`, one a line; the number of the first line that is none, from 1. */
export function variablesOf(text: string): { variables: Record<string, string>; wrong: number | null } {
  const variables: Record<string, string> = {}
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const at = line.indexOf('=')
    if (at < 1) return { variables, wrong: i + 1 }
    variables[line.slice(0, at).trim()] = line.slice(at + 1)
  }
  return { variables, wrong: null }
}
