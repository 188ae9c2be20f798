export * from './domain.ts'
export * from './job.ts'
