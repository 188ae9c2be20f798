import { formatCount } from '../../../shared/lib/format.ts'
import { ClassTableHead } from './class-table-head.tsx'
import { texts } from './texts.ts'

/** Rows by true class, columns by predicted class. */
export function ConfusionTable({ name, classes, matrix }: { name: string; classes: string[]; matrix: number[][] }) {
  return (
    <section className="scroll" aria-label={`${texts.confusion} ${name}`} tabIndex={0}>
      <h3>
        {texts.confusion} {name}
      </h3>
      <table>
        <ClassTableHead classes={classes} across={texts.predictedAs} />
        <tbody>
          {matrix.map((counts, i) => (
            <tr key={classes[i]}>
              <th scope="row" title={classes[i]}>
                {classes[i]}
              </th>
              {counts.map((count, j) => (
                <td key={classes[j]} className={i === j ? 'number chosen' : 'number'}>
                  {formatCount(count)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
