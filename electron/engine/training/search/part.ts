import { Pcg32 } from '../../numerics/index.ts'
import { type Fold, rowsByClass } from '../splits/index.ts'
import type { Target } from '../target.ts'

/** Validation rows by which a trial on few training rows is judged: the AUC of so many is off by some 0.003, less between two models. */
const enoughJudges = 20_000

/**
 * What a trial on a share of the training rows learns from and is judged by: that share of both, of each class alike, ascending, but no fewer
 * than 20,000 validation rows where there are so many. Those of a smaller share are among those of a larger one.
 */
export function partOf(of: { target: Target; split: Fold; share: number; seed: number }): Fold {
  const draw = (rows: Int32Array, part: number): Int32Array => {
    if (part >= 1) return rows
    const random = new Pcg32(of.seed, 6)
    const drawn = rowsByClass(rows, of.target).flatMap(each =>
      random.shuffle(each).slice(0, Math.ceil(each.length * part)),
    )
    return Int32Array.from(drawn).sort()
  }
  const { train, validation } = of.split
  return {
    train: draw(train, of.share),
    validation: draw(validation, Math.max(of.share, enoughJudges / validation.length)),
  }
}
