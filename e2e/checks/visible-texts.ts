import { parseSync } from 'oxc-parser'
import type { SourceTree } from './source-tree.ts'

type Node = { type: string; start: number; end: number } & Record<string, unknown>

/** Attributes and keys whose value a person reads, whatever it is. */
const read = new Set('title label aria-label placeholder alt description message empty help hint asked'.split(' '))
/** Attributes and keys whose value nobody reads. */
const unread = new Set('className id key d viewBox style type kind to href size variant shortcut'.split(' '))
/** Calls whose text is a key, a selector or a query. */
const asking = /(^useAsked|^Error|\.includes|\.querySelector|\.querySelectorAll|\.matchMedia)$/
/** The engine's own language of filters. */
const isFilter = (text: string) => /^\w+ (contains|=|>|<) /.test(text)

const hasLetter = (text: string) => /\p{L}/u.test(text)
/** Begins like a title, or has a word beside a blank. */
const isPhrase = (text: string) =>
  /^\p{Lu}\p{Ll}/u.test(text) || /(^|\s)\p{L}{2,}[.,:;!?…]?\s/u.test(text) || /\s\p{L}{2,}[.,:;!?…]?$/u.test(text)

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string'
const childrenOf = (node: Node, keys = Object.keys(node)): Node[] =>
  keys.flatMap(key => (Array.isArray(node[key]) ? node[key] : [node[key]])).filter(isNode)

/** What a literal or template says by itself; null for all else. */
function textOf(node: Node): string | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null
  if (node.type === 'JSXText') return String(node.value)
  if (node.type !== 'TemplateLiteral') return null
  return (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('\u0000')
}

/** A node, and whether a person reads whatever it says. */
type Part = [Node, isRead: boolean]

/** The parts of a node in which texts may stand. */
function partsOf(node: Node, isRead: boolean, source: string): Part[] {
  const as = (isPartRead: boolean, nodes: Node[]): Part[] => nodes.map(each => [each, isPartRead])
  const sourceOf = ({ start, end }: Node) => source.slice(start, end)
  const unsaid = (nodes: Node[]) => nodes.filter(each => textOf(each) === null)
  switch (node.type) {
    case 'ImportDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAnnotation':
    case 'TSTypeParameterInstantiation':
    case 'TSTypeParameterDeclaration':
      return []
    case 'JSXAttribute':
    case 'Property': {
      const name = sourceOf((node.name ?? node.key) as Node).replace(/^['"]|['"]$/g, '')
      return unread.has(name) ? [] : as(read.has(name), childrenOf(node, ['value']))
    }
    case 'JSXElement':
    case 'JSXFragment': {
      const inside = childrenOf(node, ['children'])
      return [...as(false, childrenOf(node, ['openingElement'])), ...as(true, inside)]
    }
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
      return as(isRead, childrenOf(node))
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return as(isRead, childrenOf(node, ['expression']))
    case 'ConditionalExpression':
      return [...as(false, childrenOf(node, ['test'])), ...as(isRead, childrenOf(node, ['consequent', 'alternate']))]
    case 'LogicalExpression':
      return [
        ...as(isRead && node.operator !== '&&', childrenOf(node, ['left'])),
        ...as(isRead, childrenOf(node, ['right'])),
      ]
    case 'BinaryExpression': {
      const isQuestion = /^([!=]==?|in)$/.test(String(node.operator))
      return isQuestion ? as(false, unsaid(childrenOf(node))) : as(isRead, childrenOf(node))
    }
    case 'SwitchCase':
      return as(false, childrenOf(node, ['consequent']))
    case 'MemberExpression':
      return as(false, unsaid(childrenOf(node)))
    case 'CallExpression':
    case 'NewExpression': {
      const said = childrenOf(node, ['callee', 'arguments'])
      return as(false, asking.test(sourceOf(node.callee as Node)) ? unsaid(said) : said)
    }
    default:
      return as(false, childrenOf(node))
  }
}

/** Text that a person would read and that stands in code, as `path:line: text`; it belongs into the `texts.ts` of its folder. */
export function visibleTexts(tree: SourceTree): string[] {
  return [...tree].flatMap(([path, source]) => {
    const { program, errors } = parseSync(path, source)
    if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]!.message}`)
    const look = (node: Node, isRead: boolean): string[] => {
      const text = textOf(node)
      const isVisible = text !== null && (isRead ? hasLetter(text) : isPhrase(text)) && !isFilter(text)
      const place = `${path}:${source.slice(0, node.start).split('\n').length}`
      const own = isVisible ? [`${place}: ${source.slice(node.start, node.end).trim()}`] : []
      return [...own, ...partsOf(node, isRead, source).flatMap(part => look(...part))]
    }
    return look(program as unknown as Node, false)
  })
}
