import type { ParameterDeclaration } from '../../../shared/contract/runs.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Parameters, ParameterValue } from '../../../shared/model/run.ts'
import type { Algorithm } from './algorithm.ts'

const longestText = 20_000

/** Every parameter of the algorithm, those that are not given at their default. Throws `bad-input` naming what does not fit. */
export function checkParameters(algorithm: Algorithm, given: Parameters): Parameters {
  const unknown = Object.keys(given).find(name => !algorithm.parameters.some(each => each.name === name))
  if (unknown !== undefined) {
    const names = algorithm.parameters.map(({ name }) => name)
    throw new AppError('bad-input', `${algorithm.id} has no parameter "${unknown}"`, {
      mend: names.length ? `It has ${names.join(', ')}.` : 'It has none.',
    })
  }
  return Object.fromEntries(
    algorithm.parameters.map(declaration => {
      const value = given[declaration.name]
      return [
        declaration.name,
        value === undefined ? declaration.default : checkValue(algorithm.id, declaration, value),
      ]
    }),
  )
}

function checkValue(algorithm: string, declaration: ParameterDeclaration, value: ParameterValue): ParameterValue {
  const {
    name,
    kind,
    minimum = Number.NEGATIVE_INFINITY,
    maximum = Number.POSITIVE_INFINITY,
    choices = [],
  } = declaration
  const fits = (number: unknown): number is number =>
    typeof number === 'number' &&
    number >= minimum &&
    number <= maximum &&
    (kind === 'number' || Number.isInteger(number))
  const range = `from ${minimum} to ${maximum}`
  const refuse = (expected: string) =>
    new AppError('bad-input', `The parameter ${name} of ${algorithm} is ${JSON.stringify(value)}; it takes ${expected}`)
  switch (kind) {
    case 'choice':
      if (!choices.includes(String(value))) throw refuse(`one of ${choices.join(', ')}`)
      return String(value)
    case 'text':
    case 'model':
    case 'tensor':
      if (typeof value !== 'string' || value.length > longestText)
        throw refuse(`a text of at most ${longestText} signs`)
      return value
    case 'integers': {
      const list = Array.isArray(value) ? value : [value]
      if (!list.length || !list.every(fits)) throw refuse(`whole numbers ${range}, with commas between them`)
      return list as number[]
    }
    case 'integer':
      if (!fits(value)) throw refuse(`a whole number ${range}`)
      return value
    case 'number':
      if (!fits(value)) throw refuse(`a number ${range}`)
      return value
  }
}
