import { identifier, machineFailure, openDuckDb, textLiteral } from './duckdb.ts'

/**
 * Writes the rows of one part of a split into a Parquet file, in their order and with their own types, for programs that are not Lathe's.
 * `splitFile` holds `row` and `part`.
 */
export async function copyPart(
  {
    parquetFile,
    splitFile,
    part,
    exclude,
  }: { parquetFile: string; splitFile: string; part: string; exclude: string[] },
  file: string,
  { temporaryFolder, signal }: { temporaryFolder: string; signal?: AbortSignal },
): Promise<void> {
  const database = await openDuckDb({
    ...{ temporaryFolder, files: [parquetFile, splitFile, file] },
    ...{ memoryLimit: '2GB', signal },
  })
  const left = ['file_row_number', ...exclude].map(identifier).join(', ')
  try {
    await database.connection.run(
      `COPY (
         SELECT data.* EXCLUDE (${left})
         FROM read_parquet(${textLiteral(parquetFile)}, file_row_number = true) AS data
         JOIN read_parquet(${textLiteral(splitFile)}) AS split ON data.file_row_number = split.row
         WHERE split.part = ${textLiteral(part)} ORDER BY split.row
       ) TO ${textLiteral(file)} (FORMAT parquet, COMPRESSION snappy)`,
    )
  } catch (error) {
    throw machineFailure(error) ?? error
  } finally {
    database.close()
  }
}
