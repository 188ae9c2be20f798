export { createUploads, type UploadService } from './uploads.ts'
