export { createPipelines, type PipelinesDomain } from './pipelines.ts'
