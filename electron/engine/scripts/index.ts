export { createScripts } from './scripts.ts'
