import { isAbsolute, resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ColumnType, ReadOptions, RowsReadOptions } from '../../shared/model/dataset.ts'
import type { ClassNames } from '../../shared/model/model.ts'
import { type DeviceChoice, type ParameterValue, SplitBy, type TrainRequest } from '../../shared/model/run.ts'

const columnTypes: Record<ColumnType, true> = {
  number: true,
  integer: true,
  boolean: true,
  date: true,
  datetime: true,
  text: true,
}
const deviceChoices: Record<DeviceChoice, true> = {
  auto: true,
  cpu: true,
  webgpu: true,
  cuda: true,
  dml: true,
  coreml: true,
}

/** A whole number in a range; another text is wrong usage. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < from || value > to) {
      throw new InvalidArgumentError(`It takes a whole number from ${from} to ${to}.`)
    }
    return value
  }
}

export function positiveNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It takes a number above 0.')
  }
  return value
}

/** A date or a time as ISO 8601 writes it, in milliseconds since 1970 UTC. */
export function moment(text: string): number {
  const timeMs = Date.parse(text)
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('It takes a time such as 2026-01-31T12:00.')
  return timeMs
}

function parameterValue(text: string): ParameterValue {
  if (text.includes(',')) {
    const parts = text.split(',').filter(part => part.trim() !== '')
    const numbers = parts.map(Number)
    if (numbers.every(Number.isFinite)) return numbers
    return text
  }
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

/** `--param name=value`, repeated: numbers and comma lists of numbers are read as such. */
export function collectParameter(text: string, before: Record<string, ParameterValue> = {}) {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It takes name=value, such as rounds=200.')
  return { ...before, [text.slice(0, at)]: parameterValue(text.slice(at + 1)) }
}

/** `--type COLUMN=TYPE`, repeated. The column's name may itself hold `=`. */
export function collectType(text: string, before: Record<string, ColumnType> = {}) {
  const at = text.lastIndexOf('=')
  const type = text.slice(at + 1)
  if (at < 1 || !(type in columnTypes)) {
    throw new InvalidArgumentError(`It takes COLUMN=TYPE, with a type of ${Object.keys(columnTypes).join(', ')}.`)
  }
  return { ...before, [text.slice(0, at)]: type as ColumnType }
}

/** `--class OWN=NAME`, repeated; the name may itself hold `=`. */
function collectClass(text: string, before: ClassNames = {}): ClassNames {
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('It takes OWN=NAME, such as 0=malignant.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

export function addClassFlag(command: Command, { isRequired }: { isRequired: boolean }): void {
  const option = new Option(
    '--class <own=name>',
    "what the data call a class of the model's; repeated, once for each class",
  )
  command.addOption(option.argParser(collectClass).makeOptionMandatory(isRequired))
}

export function collectText(text: string, before: string[] = []): string[] {
  return [...before, text]
}

/** `a,b`, repeated. */
export function collectNames(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(',').map(name => name.trim())].filter(name => name !== '')
}

export interface RowsReadFlags {
  format?: ReadOptions['format']
  delimiter?: string
  decimal?: ReadOptions['decimal']
  encoding?: ReadOptions['encoding']
  missing?: string[]
  header: boolean
  numberRepeated?: boolean
  skip?: number
  sheet?: string
}
export interface ReadFlags extends RowsReadFlags {
  type?: Record<string, ColumnType>
}

/** The flags that override what is sniffed of a file. */
export function addReadFlags(command: Command): void {
  command.option('--type <COLUMN=TYPE>', 'read a column as this type (repeat)', collectType)
  addRowsReadFlags(command)
}

/** The same for a file whose rows go to a model, which knows the types itself. */
export function addRowsReadFlags(command: Command): void {
  command
    .addOption(new Option('--format <format>', 'kind of file').choices(['csv', 'xlsx', 'parquet', 'jsonl']))
    .option('--delimiter <text>', 'what stands between fields (\\t for a tab)')
    .addOption(new Option('--decimal <mark>', 'decimal mark of numbers').choices(['.', ',']))
    .addOption(new Option('--encoding <name>', 'of the text').choices(['utf-8', 'utf-16', 'latin-1', 'windows-1252']))
    .option('--missing <text>', 'a text that stands for a missing value (repeat)', collectText)
    .option('--sheet <name>', 'sheet of a workbook')
    .option('--no-header', 'the first line holds data, not names')
    .option(
      '--skip <rows>',
      'rows above the header to leave out (CSV, Excel), empty ones counted; told by itself where it is plain',
      wholeNumber(0, 1_000_000),
    )
    .option('--number-repeated', 'number names that the header repeats: a, a_1, a_2')
}

export function readOptions(flags: ReadFlags): ReadOptions {
  return { ...rowsReadOptions(flags), types: flags.type }
}

export function rowsReadOptions(flags: RowsReadFlags): RowsReadOptions {
  return {
    format: flags.format,
    delimiter: flags.delimiter?.replaceAll('\\t', '\t'),
    decimal: flags.decimal,
    encoding: flags.encoding,
    missing: flags.missing,
    header: flags.header ? undefined : false,
    numberRepeated: flags.numberRepeated,
    skip: flags.skip,
    sheet: flags.sheet,
  }
}

export function addDeviceFlag(command: Command): void {
  command.addOption(
    new Option('--device <device>', 'where it runs').choices(Object.keys(deviceChoices)).default('auto'),
  )
}

/** What is learned, from which rows and columns, and which of them are held back. */
export interface LearnedFlags {
  target: string
  split?: string
  splitBy: SplitBy
  folds?: number
  seed: number
  positive?: string
  task?: TrainRequest['task']
  exclude?: string[]
  distinct?: boolean
}

export function addLearnedFlags(command: Command): void {
  command.requiredOption('--target <column>', 'the column to be predicted')
  addSplitFlags(command)
  command.option('--folds <n>', 'of cross-validation over all rows but the test rows; 0 for none', wholeNumber(0, 50))
}

/** Which rows and columns are held back. */
export function addSplitFlags(command: Command): void {
  command
    .option(
      '--split <column>',
      'a column that the split goes by; drawn at random, each class alike (stratified), when left out',
    )
    .addOption(
      new Option(
        '--split-by <what>',
        'what it holds: train, validation and test; times, the newest are tested; or groups that stay together',
      )
        .choices(SplitBy.options)
        .default('parts'),
    )
    .option('--seed <n>', 'of split and training', wholeNumber(0, 0xffff_ffff), 0)
    .option('--positive <class>', 'the class that counts as positive')
    .addOption(
      new Option('--task <task>', 'instead of what the target tells').choices(['classification', 'regression']),
    )
    .option('--exclude <column>', 'a column that the model must not see (repeat)', collectText)
    .option('--distinct', 'take of rows that repeat another only the first')
}

/** The flags of `addLearnedFlags` for what may be learned without a target, which has to be said. */
export function addLearnedOrNoTargetFlags(command: Command): void {
  addLearnedFlags(command)
  command.option('--no-target', 'learn without one: what is unlike the rest, or which rows are alike')
}

/** The same as a request says it, but for the target. */
export function learned({
  split,
  splitBy,
  folds,
  seed,
  positive,
  task,
  exclude,
  distinct,
}: Omit<LearnedFlags, 'target'>) {
  return {
    splitColumn: split,
    splitBy,
    folds,
    seed,
    positive,
    task,
    exclude,
    distinctRows: distinct,
  }
}

/** A path as the person wrote it, against the folder in which the command was given. */
export function absolute(path: string): string {
  return isAbsolute(path) ? path : resolve(path)
}
