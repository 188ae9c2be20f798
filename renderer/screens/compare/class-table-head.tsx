import { texts } from './texts.ts'

/** The head of a table of classes by classes: true ones down, `across` names those that stand beside each other. */
export function ClassTableHead({ classes, across }: { classes: string[]; across: string }) {
  return (
    <thead>
      <tr>
        <th scope="col">{`${texts.trueClass} \\ ${across}`}</th>
        {classes.map(label => (
          <th key={label} scope="col" className="number" title={label}>
            {label}
          </th>
        ))}
      </tr>
    </thead>
  )
}
