import type { RecalibrationMethod } from '../../../../shared/model/run.ts'
import type { GraphBuilder } from '../../runtime/index.ts'
import type { ClassifiedRows } from '../diagnostics.ts'

/** What puts probabilities right, row-major [rows, classes]. */
export interface Calibrator {
  answer(probabilities: Float32Array): Float32Array
  /** The same as nodes: the name of probabilities [N, classes] in, that of others out. */
  toGraph(graph: GraphBuilder, probabilities: string): string
}

export interface Recalibrator {
  id: RecalibrationMethod
  /** Learns it from rows that the model did not learn from. */
  fit(rows: ClassifiedRows): Calibrator
}

/** One number to one probability. */
export interface Curve {
  at(score: number): number
  /** Scores [N, 1] → probabilities [N, 1]. */
  toGraph(graph: GraphBuilder, scores: string): string
}
