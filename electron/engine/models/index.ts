export { importedContract } from './import-job.ts'
export { signatureOf } from './imported-signature.ts'
export { createModels, type ModelService } from './models.ts'
export { findPython } from './run-python.ts'
