import { AppError } from '../../../../shared/errors.ts'
import type { TrainingData } from '../algorithm.ts'

const directions = { increasing: 1, decreasing: -1 } as const
const form = 'Write it as income=increasing, age=decreasing; a name with a comma in it goes into double quotes.'
/** A name as it is or in double quotes, then the direction. */
const part = /\s*(?:"([^"]+)"|([^",][^,]*?))\s*=\s*(increasing|decreasing)\s*(?:,|$)/y

/**
 * Columns in which the answer may only rise or only fall: name → 1 or −1. A column that is not learned from holds by itself. Throws `bad-input`
 * for what cannot be read, a column that is not there or holds no numbers, and for more than two classes.
 */
export function readMonotone(text: string, { table, features, task }: TrainingData): Map<string, 1 | -1> {
  const found = new Map<string, 1 | -1>()
  part.lastIndex = 0
  while (part.lastIndex < text.trimEnd().length) {
    const from = part.lastIndex
    const match = part.exec(text)
    if (!match)
      throw new AppError('bad-input', `The parameter monotone cannot be read from "${text.slice(from).trim()}"`, {
        mend: form,
      })
    const name = match[1] ?? match[2]!
    const direction = directions[match[3] as keyof typeof directions]
    if ((found.get(name) ?? direction) !== direction)
      throw new AppError('bad-input', `The parameter monotone has "${name}" both increasing and decreasing`, {
        mend: form,
      })
    found.set(name, direction)
  }
  if (found.size && task === 'multiclass') {
    throw new AppError('bad-input', 'The parameter monotone wants numbers or two classes, and the target has more', {
      mend: 'Leave monotone out: with more classes one can only rise where another falls.',
    })
  }
  const byName = new Map(table.columns.map(column => [column.name, column]))
  for (const name of found.keys()) {
    const column = byName.get(name)
    if (!column) {
      const numbers = features.filter(each => byName.get(each)?.kind === 'numeric')
      throw new AppError('bad-input', `The parameter monotone names "${name}", and there is no such column`, {
        mend: `Columns of numbers are ${numbers.slice(0, 20).join(', ')}${numbers.length > 20 ? ', …' : ''}.`,
      })
    }
    if (column.kind === 'numeric' && column.type !== 'date' && column.type !== 'datetime') continue
    throw new AppError(
      'bad-input',
      `The parameter monotone names "${name}", which holds ${column.type === 'text' ? 'texts' : 'dates'}`,
      {
        mend: 'Only columns of numbers can be held to a direction.',
      },
    )
  }
  return found
}
