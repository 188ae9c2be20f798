export { copyPart } from './copy-part.ts'
export { createDatasets, type DatasetService } from './datasets.ts'
export { countRows, placesWhere, readTable, type ScanOptions, scanFile } from './read-table.ts'
export { createTableWriter, type TableWriter } from './write-table.ts'
