export { createExplanation } from './explanation.ts'
