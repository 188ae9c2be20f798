import { textLiteral } from '../duckdb.ts'

interface DayForm {
  /** As DuckDB's strptime has them; a column may hold any of them. */
  formats: readonly string[]
  /** What such texts look like, as the source of a regular expression. */
  shape: string
}

const [two, four, month] = [String.raw`\d{1,2}`, String.raw`\d{4}`, '[a-z]{3,9}']

/** Ways to write a day that are told apart by trying each over the whole column. Names of months are English ones. */
const dayForms: readonly DayForm[] = [
  { formats: ['%Y-%m-%d'], shape: `${four}-${two}-${two}` },
  { formats: ['%Y/%m/%d'], shape: `${four}/${two}/${two}` },
  { formats: ['%d.%m.%Y'], shape: `${two}[.]${two}[.]${four}` },
  // Between points the month is never first; 1.2.10 is a version rather than a day.
  { formats: ['%d.%m.%y'], shape: String.raw`\d\d[.]\d\d[.]\d\d` },
  ...['/', '-'].flatMap(mark => {
    const shape = `${two}${mark}${two}${mark}`
    return [
      { formats: [`%d${mark}%m${mark}%Y`], shape: shape + four },
      { formats: [`%m${mark}%d${mark}%Y`], shape: shape + four },
      { formats: [`%d${mark}%m${mark}%y`], shape: shape + two },
      { formats: [`%m${mark}%d${mark}%y`], shape: shape + two },
    ]
  }),
  { formats: ['%b %d %Y', '%B %d %Y', '%b %d, %Y', '%B %d, %Y'], shape: `${month} ${two},? ${four}` },
  { formats: ['%d %b %Y', '%d %B %Y'], shape: `${two} ${month} ${four}` },
  { formats: ['%d-%b-%Y'], shape: `${two}-${month}-${four}` },
  { formats: ['%d-%b-%y'], shape: `${two}-${month}-${two}` },
]

const times = ['%H:%M', '%H:%M:%S', '%H:%M:%S.%f', '%I:%M %p', '%I:%M:%S %p']
const timeShape = String.raw`\d{1,2}:\d{2}(:\d{2}([.]\d+)?)?( [ap]m)?`

export interface TimeReading {
  key: string
  /** Which texts may fit. */
  shape: RegExp
  /** SQL that gives a TIMESTAMP, NULL where the text does not fit. `column` is SQL of the text. */
  timestamp(column: string): string
}

function reading(key: string, formats: string[], shape: string): TimeReading {
  return {
    key,
    shape: new RegExp(`^\\s*${shape}\\s*$`, 'i'),
    timestamp(column) {
      const read = `try_strptime(trim(${column}), [${formats.map(textLiteral).join(', ')}])`
      // 31/12/99 is not of the year 99.
      return key.includes('%Y') && !key.startsWith('%Y') ? `CASE WHEN year(${read}) > 999 THEN ${read} END` : read
    },
  }
}

/** A day alone. */
export const dayReadings = dayForms.map(({ formats, shape }) => reading(formats[0]!, [...formats], shape))

/** A day and a time of it, other than ISO 8601. */
export const dayTimeReadings = dayForms.slice(1).map(({ formats, shape }) =>
  reading(
    `${formats[0]!} %H:%M`,
    formats.flatMap(format => times.map(time => `${format} ${time}`)),
    `${shape} ${timeShape}`,
  ),
)
