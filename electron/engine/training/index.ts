export { type AdoptedTraining, adoptTrained } from './adopt-trained.ts'
export { createSearches } from './search/searches.ts'
export { type Trained, trainModel } from './train-model.ts'
export { createTraining, type TrainingDomain } from './training.ts'
