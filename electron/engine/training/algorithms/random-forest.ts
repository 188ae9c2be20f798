import { defineForest } from '../trees/define-forest.ts'

/** Breiman 2001, "Random forests", on columns in bins. */
export const randomForest = defineForest({
  id: 'random-forest',
  name: 'Random forest',
  help: 'Deep trees, each on rows drawn with replacement, each branch on columns drawn anew; their answers are averaged.',
  isBootstrapped: true,
  splitsAtRandom: false,
  usualShare: () => 0,
})
