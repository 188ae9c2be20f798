import { AppError } from '../../../shared/errors.ts'

/** SQL over the columns of `runs`, with the values of its question marks. */
export interface Condition {
  sql: string
  values: (string | number)[]
}

interface Token {
  kind: 'word' | 'number' | 'text' | 'sign' | 'end'
  text: string
  /** Where it starts, from 0. */
  at: number
}

interface Field extends Condition {
  /** `any` holds numbers in some runs and texts in others. */
  holds: 'text' | 'number' | 'any'
}

const textFields: Record<string, string> = {
  run: 'run',
  name: 'name',
  status: 'status',
  dataset: 'dataset',
  target: 'target',
  task: 'task',
  algorithm: 'algorithm',
  device: 'device',
}
const numberFields: Record<string, string> = { version: 'datasetVersion', seed: 'seed', seconds: 'seconds' }
const groups = ['metrics', 'validation', 'parameters']
const known = [...Object.keys(textFields), ...Object.keys(numberFields), ...groups.map(group => `${group}.NAME`)]

const tokenPattern =
  /\s*(?:([\p{L}_][\p{L}\p{N}_.-]*)|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|('(?:[^']|'')*'|"(?:[^"]|"")*")|(<=|>=|!=|[=<>()]))/uy

/**
 * Parses a filter of runs, such as `metrics.auc > 0.9 and (algorithm = 'linear' or parameters.rounds >= 100)`; the grammar
 * stands in the README. Throws `bad-input` naming the position of what does not fit.
 */
export function parseFilter(filter: string): Condition {
  return new FilterParser(filter).parse()
}

class FilterParser {
  readonly #filter: string
  readonly #tokens: Token[]
  #next = 0

  constructor(filter: string) {
    this.#filter = filter
    this.#tokens = tokenize(filter)
  }

  parse(): Condition {
    const condition = this.#either()
    if (this.#peek().kind !== 'end') throw this.#unexpected('"and", "or" or the end')
    return condition
  }

  #either(): Condition {
    return this.#chain('or', () => this.#both())
  }

  #both(): Condition {
    return this.#chain('and', () => this.#one())
  }

  #chain(word: 'and' | 'or', operand: () => Condition): Condition {
    const operands = [operand()]
    while (this.#takes(word)) operands.push(operand())
    if (operands.length === 1) return operands[0]!
    return {
      sql: `(${operands.map(each => each.sql).join(` ${word.toUpperCase()} `)})`,
      values: operands.flatMap(each => each.values),
    }
  }

  #one(): Condition {
    if (this.#takes('not')) {
      const { sql, values } = this.#one()
      return { sql: `NOT ${sql}`, values }
    }
    if (this.#takes('(')) {
      const inner = this.#either()
      if (!this.#takes(')')) throw this.#unexpected('")"')
      return inner
    }
    return this.#comparison()
  }

  #comparison(): Condition {
    const name = this.#peek()
    const field = name.kind === 'word' ? fieldOf(name.text) : null
    if (!field) throw this.#unexpected('a field', `Fields are ${known.join(', ')}.`)
    this.#next += 1
    if (field.holds === 'text' && this.#takes('contains')) {
      const part = this.#value(name.text, field)
      // SQLite folds the case of ASCII letters alone.
      return { sql: `(instr(lower(${field.sql}), lower(?)) > 0)`, values: [...field.values, part] }
    }
    const operator = this.#peek()
    if (operator.kind !== 'sign' || operator.text === '(' || operator.text === ')')
      throw this.#unexpected(field.holds === 'text' ? '=, !=, <, <=, >, >= or contains' : '=, !=, <, <=, > or >=')
    this.#next += 1
    const value = this.#value(name.text, field)
    return { sql: `(${field.sql} ${operator.text} ?)`, values: [...field.values, value] }
  }

  #value(name: string, field: Field): string | number {
    const token = this.#peek()
    const wanted = field.holds === 'text' ? 'a text in quotes' : field.holds === 'number' ? 'a number' : 'a value'
    const value = literalOf(token)
    const fits = field.holds === 'any' || typeof value === field.holds.replace('text', 'string')
    if (value === null || !fits) {
      const mend = token.kind === 'word' ? `Put a text in quotes: ${name} = '${token.text}'.` : undefined
      throw this.#unexpected(`${wanted} for ${name}`, mend)
    }
    this.#next += 1
    return value
  }

  #takes(text: string): boolean {
    const token = this.#peek()
    const matches = (token.kind === 'word' || token.kind === 'sign') && token.text.toLowerCase() === text
    if (matches) this.#next += 1
    return matches
  }

  #peek(): Token {
    return this.#tokens[this.#next]!
  }

  #unexpected(wanted: string, mend?: string): AppError {
    const { kind, text, at } = this.#peek()
    const found = kind === 'end' ? 'it ends' : `"${text}" stands`
    return new AppError(
      'bad-input',
      `The filter "${this.#filter}": at position ${at + 1} ${wanted} is expected, but ${found} there`,
      {
        mend: mend ?? `Write it like metrics.auc > 0.9 and algorithm = 'linear'.`,
        details: { position: at + 1 },
      },
    )
  }
}

function tokenize(filter: string): Token[] {
  const tokens: Token[] = []
  const kinds = ['word', 'number', 'text', 'sign'] as const
  const end = filter.trimEnd().length
  let position = 0
  while (position < end) {
    tokenPattern.lastIndex = position
    const match = tokenPattern.exec(filter)
    if (!match) {
      const at = position + /^\s*/.exec(filter.slice(position))![0].length
      const isQuote = filter[at] === "'" || filter[at] === '"'
      throw new AppError(
        'bad-input',
        `The filter "${filter}": ${isQuote ? `the quote at position ${at + 1} is not closed` : `"${filter[at]}" at position ${at + 1} means nothing here`}`,
        { mend: `Write it like metrics.auc > 0.9 and algorithm = 'linear'.`, details: { position: at + 1 } },
      )
    }
    const group = match.slice(1).findIndex(part => part !== undefined)
    const text = match[group + 1]!
    position = tokenPattern.lastIndex
    tokens.push({ kind: kinds[group]!, text, at: position - text.length })
  }
  tokens.push({ kind: 'end', text: '', at: end })
  return tokens
}

function literalOf({ kind, text }: Token): string | number | null {
  if (kind === 'number') return Number(text)
  if (kind === 'text') return text.slice(1, -1).replaceAll(text[0]!.repeat(2), text[0]!)
  // JSON booleans are 1 and 0 in SQLite.
  if (kind === 'word' && (text === 'true' || text === 'false')) return Number(text === 'true')
  return null
}

function fieldOf(name: string): Field | null {
  const extract = (path: string): Condition => ({ sql: 'json_extract(document, ?)', values: [path] })
  if (Object.hasOwn(textFields, name)) return { ...extract(`$.${textFields[name]}`), holds: 'text' }
  if (Object.hasOwn(numberFields, name)) return { ...extract(`$.${numberFields[name]}`), holds: 'number' }
  const dot = name.indexOf('.')
  const [group, key] = [name.slice(0, dot), name.slice(dot + 1)]
  if (dot < 0 || !key) return null
  if (group === 'metrics') {
    const sql = '(SELECT value FROM run_metrics WHERE run_metrics.run = runs.run AND run_metrics.key = ?)'
    return { sql, values: [key], holds: 'number' }
  }
  if (group === 'validation') return { ...extract(`$.validationMetrics."${key}"`), holds: 'number' }
  if (group === 'parameters') return { ...extract(`$.parameters."${key}"`), holds: 'any' }
  return null
}
