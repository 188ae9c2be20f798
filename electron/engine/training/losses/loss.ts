import type { Value } from '../autodiff/index.ts'

/** What a network is trained to make small. One file, one line in `index.ts`. */
export interface Loss {
  id: string
  /**
   * The sum over the rows of each row's loss, a scalar. `outputs` [N, K] come straight from the last layer, `targets`
   * [N, K] are probabilities or values. The number of rows need not be known.
   */
  total(outputs: Value, targets: Value): Value
  /** What the outputs mean: probabilities or values, [N, K]. */
  head(outputs: Value): Value
}
