export { createChecks } from './checks/checks.ts'
export { createExplanation, type ExplanationService } from './explanation.ts'
