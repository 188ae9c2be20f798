import { formatCount, formatNumber, formatSigned } from '../../../shared/lib/format.ts'
import { questionWords } from '../../../shared/lib/question-words.ts'
import type { LearnedTree, TreeNode, Weights } from '../../../shared/model/learned.ts'
import { List } from '../../components/list.tsx'
import { SignedBar } from '../../components/signed-bar.tsx'
import { texts } from './texts.ts'
import './learned.css'

const short = (value: number) => formatNumber(value, 4)
const signed = (value: number) => formatSigned(value, short)

/** Classes that stand side by side. */
const shownOutputs = 8

type Column = Weights['columns'][number]

/** What a linear model adds up, the columns that move it most first. */
export function LearnedWeights({
  found: { outputs, intercepts, columns, others },
  isOfClasses,
}: {
  found: Weights
  isOfClasses: boolean
}) {
  const most = Math.max(0, ...columns.flatMap(({ weights }) => weights.map(Math.abs)))
  const shown = outputs.slice(0, shownOutputs)
  const one = shown.length === 1
  const number = (title: string, of: (column: Column) => number | undefined, show = signed) => {
    const cell = (column: Column) => {
      const value = of(column)
      return value === undefined ? '' : show(value)
    }
    return { title, isNumber: true, cell, text: (column: Column) => String(of(column) ?? '') }
  }
  return (
    <div className="body">
      <p className="soft">
        {texts.weightsHint(!isOfClasses ? texts.theAnswer : one ? texts.logOdds(outputs[0]!) : texts.classScores)}{' '}
        {texts.intercepts(shown.map((output, k) => [output, signed(intercepts[k]!)]))}
      </p>
      <List<Column>
        label={texts.weights}
        items={columns}
        keyOf={({ name }) => name}
        empty={texts.noWeights}
        columns={[
          { title: texts.column, cell: ({ name }) => name, text: ({ name }) => name },
          ...shown.map((output, k) => number(one ? texts.weight : output, ({ weights }) => weights[k])),
          ...(one
            ? [
                {
                  title: texts.weightSide,
                  cell: ({ weights }: Column) => <SignedBar value={weights[0]!} most={most} />,
                },
                number(texts.perUnit, ({ perUnit }) => perUnit?.[0]),
              ]
            : []),
          ...(one && isOfClasses ? [number(texts.oddsRatio, ({ weights }) => Math.exp(weights[0]!), short)] : []),
        ]}
      />
      {others > 0 && <p className="soft">{texts.otherWeights(formatCount(others))}</p>}
      {outputs.length > shown.length && <p className="soft">{texts.firstOutputs(shown.length, outputs.length)}</p>}
    </div>
  )
}

/** Branches that are open at first: of a larger tree the rest is a click away. */
const openDepth = 4

/** A tree as its questions, each answer behind what leads to it. */
export function LearnedQuestions({ found: { nodes } }: { found: LearnedTree }) {
  const answers = nodes.map(({ answer }) => answer)
  const isOfClasses = nodes[0]!.of !== null
  const [low, high] = isOfClasses ? [0, 1] : [Math.min(...answers), Math.max(...answers)]
  return (
    <div className="body">
      <p className="soft">{texts.treeHint(formatCount(nodes[0]!.leaves), formatCount(nodes[0]!.rows))}</p>
      <ul className="learned-tree" aria-label={texts.tree}>
        <Branch nodes={nodes} at={0} depth={0} words={texts.allTrainingRows} share={{ low, high }} />
      </ul>
    </div>
  )
}

interface BranchProps {
  nodes: readonly TreeNode[]
  at: number
  depth: number
  /** What leads here. */
  words: string
  /** Between which answers its bar lies. */
  share: { low: number; high: number }
}

function Branch({ nodes, at, depth, words, share }: BranchProps) {
  const node = nodes[at]!
  const { rows, answer, of, question, leaves } = node
  const width = share.high > share.low ? (answer - share.low) / (share.high - share.low) : 1
  const line = (
    <>
      <span className="words" title={words}>
        {words}
      </span>
      <span className="number">{of === null ? short(answer) : texts.shareOf(of, (100 * answer).toFixed(1))}</span>
      <span className="number soft">{texts.rowsHere(formatCount(rows))}</span>
      <span className="answer" aria-hidden>
        <span style={{ width: `${100 * width}%` }} />
      </span>
    </>
  )
  if (!question) {
    return (
      <li>
        <div className="leaf">{line}</div>
        {leaves > 1 && <p className="soft">{texts.leavesBelow(formatCount(leaves))}</p>}
      </li>
    )
  }
  const { yes, no } = questionWords(question, short)
  return (
    <li>
      <details open={depth < openDepth}>
        <summary>{line}</summary>
        <ul>
          <Branch nodes={nodes} at={question.yes} depth={depth + 1} words={yes} share={share} />
          <Branch nodes={nodes} at={question.no} depth={depth + 1} words={no} share={share} />
        </ul>
      </details>
    </li>
  )
}
