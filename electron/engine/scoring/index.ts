export { createScoring } from './scoring.ts'
