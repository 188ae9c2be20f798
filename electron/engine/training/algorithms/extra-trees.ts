import { defineForest } from '../trees/define-forest.ts'

/** Geurts, Ernst and Wehenkel 2006, "Extremely randomized trees"; a place is drawn evenly among a node's bins rather than its values. */
export const extraTrees = defineForest({
  id: 'extra-trees',
  name: 'Extra trees',
  help: 'Extremely randomised: deep trees on all rows; each branch takes the best of a few columns, each split at a place drawn at random.',
  isBootstrapped: false,
  splitsAtRandom: true,
  // Values drawn at random want more columns to choose from.
  usualShare: task => (task === 'regression' ? 1 : 0),
})
