import type { ParameterDeclaration } from '../../../shared/contract/runs.ts'
import type { TrainingData } from './algorithm.ts'

export const classWeights: ParameterDeclaration = {
  name: 'class-weights',
  kind: 'choice',
  default: 'none',
  choices: ['none', 'balanced'],
  advanced: true,
  help: 'balanced: every class counts the same, however rare',
}

/** A weight a class, rows / (classes · rows of the class) in training: every class counts the same, and a row 1 on average. */
export function balancedWeights({ classes, target, train }: TrainingData): number[] {
  const counts = new Array<number>(classes.length).fill(0)
  for (const row of train) counts[target[row]!]! += 1
  return counts.map(count => train.length / (classes.length * Math.max(1, count)))
}
