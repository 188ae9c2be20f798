export { type DoctorSources, examine } from './doctor.ts'
export { createWorkspace } from './workspace.ts'
