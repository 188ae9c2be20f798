export { rowsByClass } from './divide.ts'
export { type Fold, foldsLack, foldsOf } from './folds.ts'
export { type Split, splitTable, timesOf } from './split.ts'
export { writeSplit } from './split-file.ts'
