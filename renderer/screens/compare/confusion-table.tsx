import { formatCount } from '../../../shared/lib/format.ts'
import { texts } from './texts.ts'

/** Rows by true class, columns by predicted class. */
export function ConfusionTable({ name, classes, matrix }: { name: string; classes: string[]; matrix: number[][] }) {
  return (
    <section className="scroll" aria-label={`${texts.confusion} ${name}`} tabIndex={0}>
      <h3>
        {texts.confusion} {name}
      </h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{`${texts.trueClass} \\ ${texts.predictedAs}`}</th>
            {classes.map(label => (
              <th key={label} scope="col" className="number" title={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
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
