import type { ParameterDeclaration } from '../../../../shared/contract/runs.ts'
import type { Parameters } from '../../../../shared/model/run.ts'
import { numberEncodings } from './numbers/index.ts'
import { textEncodings } from './texts/index.ts'

/** How columns become numbers of one scale; what an algorithm that weighs or compares columns declares. */
export interface Encoding {
  numbers: string
  texts: string
  /** Whether products of pairs of numbers are columns too. */
  hasProducts: boolean
  seed: number
}

export const encodingParameters: readonly ParameterDeclaration[] = [
  {
    ...{ name: 'numbers', kind: 'choice', default: 'standard' },
    choices: numberEncodings.entries.map(({ id }) => id),
    search: { choices: ['standard', 'quantile'] },
    advanced: true,
    help: helpOf('What numbers are before they are standardised', numberEncodings.entries),
  },
  {
    ...{ name: 'texts', kind: 'choice', default: 'one-hot' },
    choices: textEncodings.entries.map(({ id }) => id),
    search: { choices: ['one-hot', 'target'] },
    advanced: true,
    help: helpOf('What a text becomes', textEncodings.entries),
  },
]

export const productsParameter: ParameterDeclaration = {
  ...{ name: 'interactions', kind: 'choice', default: 'none', choices: ['none', 'pairs'] },
  search: { choices: ['none', 'pairs'] },
  advanced: true,
  help: 'pairs: the products of any two of the first 40 columns of numbers are columns too',
}

/** What these parameters say; runs of before knew none of them. */
export function encodingOf(parameters: Parameters, seed: number): Encoding {
  const { numbers = 'standard', texts = 'one-hot', interactions = 'none' } = parameters
  return { numbers: String(numbers), texts: String(texts), hasProducts: interactions === 'pairs', seed }
}

function helpOf(what: string, ways: readonly { id: string; help: string }[]): string {
  return `${what}. ${ways.map(({ id, help }) => `${id}: ${help}`).join('; ')}`
}
