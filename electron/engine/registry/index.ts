export { backUp, listBackups, restoreBackup } from './backup.ts'
export type { AdoptedBundle, BundleStore } from './bundle-store.ts'
export type { ContentStore } from './content-store.ts'
export { openRegistry, Registry } from './registry.ts'
