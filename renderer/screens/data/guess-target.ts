const usual = /^(target|label|class|y|outcome|response|churn(ed)?|diagnosis|default(ed)?|survived)$/i

/** The column that is probably to be predicted, by its name alone; null where no name says so, or more than one does. */
export function guessTarget(names: string[]): string | null {
  const found = names.filter(name => usual.test(name))
  return found.length === 1 ? found[0]! : null
}
