import { type DecodedGraph, type DecodedNode, integerIn, numbersIn, textsIn } from './decoded.ts'

/** Of each column of a matrix [N, width]: the raw columns that it is made of. */
type Sources = readonly string[][]

/** Operators that change values one by one: each column stays where it is, and inputs of one column reach all. */
const byValue = new Set([
  ...['Identity', 'Cast', 'IsNaN', 'IsInf', 'Not', 'Abs', 'Neg', 'Log', 'Sqrt', 'Exp', 'Clip', 'Sign', 'Floor'],
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Where', 'And', 'Or', 'Equal', 'Less', 'Greater', 'Max', 'Min', 'Mod'],
  ...['LessOrEqual', 'GreaterOrEqual', 'Ceil', 'Round', 'Sin', 'Cos', 'Unsqueeze', 'Squeeze', 'Reshape', 'Flatten'],
  ...['LabelEncoder', 'Scaler', 'Imputer', 'Binarizer'],
])

/**
 * From which raw columns the columns of a tensor [N, width] come, found by following the graph; null where an operator mixes columns in a
 * way that is not known here. `inputs` names the raw columns of each input.
 */
export function columnSources(
  graph: DecodedGraph,
  tensor: string,
  inputs: ReadonlyMap<string, readonly string[]>,
): Sources | null {
  const makers = new Map<string, DecodedNode>()
  for (const node of graph.node ?? []) for (const name of node.output ?? []) makers.set(name, node)
  const constants = new Map((graph.initializer ?? []).map(each => [each.name ?? '', each]))
  const known = new Map<string, Sources | null>()

  /** `[]` for a constant: it has columns, but none of the data's. */
  function find(name: string): Sources | null {
    const own = inputs.get(name)
    if (own) return own.map(column => [column])
    if (constants.has(name) || name === '') return []
    const before = known.get(name)
    if (before !== undefined) return before
    const node = makers.get(name)
    const found = node ? through(node) : null
    known.set(name, found)
    return found
  }

  function through(node: DecodedNode): Sources | null {
    const operator = node.opType ?? ''
    const names = node.input ?? []
    if (operator === 'Constant') return []
    if (operator === 'Gather' || operator === 'ArrayFeatureExtractor') {
      const from = find(names[0]!)
      const places = wholeNumbers(names[1]!)
      if (!from || !places || (operator === 'Gather' && integerIn(node, 'axis') !== 1)) return null
      return places.every(place => from[place]) ? places.map(place => from[place]!) : null
    }
    if (operator === 'Concat' || operator === 'FeatureVectorizer') {
      const parts = names.map(find)
      return parts.every(part => part?.length) ? parts.flatMap(part => part!) : null
    }
    if (operator === 'OneHotEncoder') {
      const from = find(names[0]!)
      const count = (textsIn(node, 'cats_strings')?.length || numbersIn(node, 'cats_int64s')?.length) ?? 0
      return from?.flatMap(column => Array.from({ length: count }, () => column)) ?? null
    }
    if (operator === 'Tokenizer' || operator === 'ReduceSum') {
      // Words of a text, or one number made of all columns.
      const from = find(names[0]!)
      return from && [[...new Set(from.flat())]]
    }
    if (operator === 'TfIdfVectorizer') {
      const from = find(names[0]!)
      const places = numbersIn(node, 'ngram_indexes') ?? []
      const width = places.reduce((most, place) => Math.max(most, place + 1), 0)
      return from && Array.from({ length: width }, () => [...new Set(from.flat())])
    }
    return byValue.has(operator) ? merged(names.map(find)) : null
  }

  function wholeNumbers(name: string): number[] | null {
    const found = constants.get(name)
    if (found?.dataType !== 7) return null
    const raw = found.rawData
    if (!raw?.length) return (found.int64Data ?? []).map(Number)
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
    return Array.from({ length: raw.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)))
  }

  const found = find(tensor)
  return found?.length ? found : null
}

function merged(parts: (Sources | null)[]): Sources | null {
  if (parts.some(part => part === null)) return null
  const told = parts.flatMap(part => (part!.length ? [part!] : []))
  const width = Math.max(0, ...told.map(part => part.length))
  if (!told.every(part => part.length === width || part.length === 1)) return null
  return Array.from({ length: width }, (_, at) => [...new Set(told.flatMap(part => part[part.length === 1 ? 0 : at]!))])
}
