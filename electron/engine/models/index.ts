export { createModels, type ModelService } from './models.ts'
