export { createExplanation, type ExplanationService } from './explanation.ts'
