/** One step of the registry's history; never changed after a release. Runs in one transaction, after a verified backup. */
export interface Migration {
  version: number
  name: string
  sql: string
}
