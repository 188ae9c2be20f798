export { createCuda } from './cuda.ts'
export { type DoctorSources, examine } from './doctor.ts'
export { ConnectionLedger } from './ledger.ts'
export { createWorkspace } from './workspace.ts'
