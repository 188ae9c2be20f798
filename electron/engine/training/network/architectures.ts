import type { LayerDescription, NetworkDescription } from './description.ts'

export interface HiddenSettings {
  /** Units of each hidden layer. */
  hidden: readonly number[]
  norm: 'none' | 'batch' | 'layer'
  /** Share of each hidden layer's numbers that a step leaves out. */
  dropout: number
  outputs: number
}

/** Numbers, then `columns` categories as places in a table of `rows` rows of `units` numbers each; none where `columns` is 0. */
export interface Tables {
  columns: number
  rows: number
  units: number
}

/**
 * Dense layers, each with norm, ReLU and dropout, after the tables of categories. They start as Glorot and Bengio 2010 say: of few columns,
 * weights as large as a ReLU by itself would want learn the noise of small tables first.
 */
export function tabularNetwork(width: number, tables: Tables, settings: HiddenSettings): NetworkDescription {
  const { columns, units } = tables
  const gainOf = (inputs: number, outputs: number) => (2 * inputs) / (inputs + outputs)
  const inputs = width - columns + columns * units
  return { inputShape: [width], layers: [...embeddingOf(tables), ...denseLayers(settings, gainOf, inputs)] }
}

/** Convolutions of 3 × 3 with a pool after each for as long as there is an image left, then dense layers. */
export function imageNetwork(
  [height, width]: readonly [number, number],
  filters: readonly number[],
  settings: HiddenSettings,
): NetworkDescription {
  let side = Math.min(height, width)
  const blocks = filters.flatMap(count => {
    const block: LayerDescription[] = [{ kind: 'convolution', settings: { filters: count, size: 3, gain: 2 } }]
    if (settings.norm === 'batch') block.push({ kind: 'batch-norm' })
    if (side >= 2) block.push({ kind: 'max-pool', settings: { size: 2 } })
    side = Math.floor(side / 2)
    return [...block, { kind: 'relu' }]
  })
  const layers = [{ kind: 'image', settings: { height } }, ...blocks, { kind: 'flatten' }, ...denseLayers(settings)]
  return { inputShape: [height * width], layers }
}

/** A sequence within a row: words as places in a table of their own, or numbers, of `channels` one after the other. */
export interface SequencePart {
  /** Words, or numbers of one channel. */
  length: number
  channels: number
  /** Rows of the table; absent of numbers. */
  vocabulary?: number
}

export interface SequenceSettings extends HiddenSettings {
  reading: 'convolution' | 'recurrent'
  filters: readonly number[]
  /** Numbers that are learned of a word. */
  units: number
  /** Numbers that a recurrent layer remembers. */
  memory: number
}

/**
 * Dense layers of what each sequence is read to, beside columns of which `width` come first. Convolutions read three places at once: of words the largest
 * answer anywhere counts, of numbers every second one is kept after each, and where they lie counts too. A recurrent layer reads words from their end.
 */
export function sequenceNetwork(
  width: number,
  tables: Tables,
  parts: readonly SequencePart[],
  settings: SequenceSettings,
): NetworkDescription {
  const columns = width === 0 ? [] : [{ width, layers: embeddingOf(tables) }]
  const sequences = parts.map(part => ({ width: part.length * part.channels, layers: readingOf(part, settings) }))
  const inputShape = [width + sequences.reduce((sum, each) => sum + each.width, 0)]
  return { inputShape, layers: [{ branches: [...columns, ...sequences] }, ...denseLayers(settings)] }
}

function readingOf({ length, channels, vocabulary }: SequencePart, settings: SequenceSettings): LayerDescription[] {
  const first: LayerDescription = vocabulary
    ? { kind: 'words', settings: { rows: vocabulary, units: settings.units } }
    : { kind: 'image', settings: { channels, height: 1 } }
  if (settings.reading === 'recurrent') {
    return [first, { kind: 'recurrent', settings: { units: settings.memory, backwards: vocabulary ? 1 : 0 } }]
  }
  let left = length
  const blocks = settings.filters.flatMap(count => {
    const block: LayerDescription[] = [{ kind: 'convolution', settings: { filters: count, size: 3, tall: 1, gain: 2 } }]
    if (settings.norm === 'batch') block.push({ kind: 'batch-norm' })
    if (!vocabulary && left >= 2) {
      block.push({ kind: 'max-over', settings: { size: 2 } })
      left = Math.floor(left / 2)
    }
    return [...block, { kind: 'relu' }]
  })
  const last = vocabulary ? [{ kind: 'max-over', settings: { size: length } }] : []
  return [first, ...blocks, ...last, { kind: 'flatten' }]
}

const embeddingOf = ({ columns, rows, units }: Tables): LayerDescription[] =>
  columns > 0 ? [{ kind: 'embedding', settings: { columns, rows, units } }] : []

/** `gainOf` says how large the weights from so many numbers to so many start. */
function denseLayers(
  { hidden, norm, dropout, outputs }: HiddenSettings,
  gainOf?: (inputs: number, outputs: number) => number,
  inputs = 0,
): LayerDescription[] {
  const widths = [inputs, ...hidden]
  const inner = hidden.flatMap((units, i): LayerDescription[] => [
    { kind: 'dense', settings: { units, gain: gainOf?.(widths[i]!, units) ?? 2 } },
    ...(norm === 'none' ? [] : [{ kind: `${norm}-norm` }]),
    { kind: 'relu' },
    ...(dropout === 0 ? [] : [{ kind: 'dropout', settings: { rate: dropout } }]),
  ])
  return [...inner, { kind: 'dense', settings: { units: outputs, gain: gainOf?.(widths.at(-1)!, outputs) ?? 1 } }]
}

/** Dense layers with ReLU between them; a linear one where `hidden` is empty. */
export const multilayerPerceptron = (width: number, hidden: readonly number[], outputs: number): NetworkDescription =>
  tabularNetwork(width, { columns: 0, rows: 0, units: 0 }, { hidden, norm: 'none', dropout: 0, outputs })
