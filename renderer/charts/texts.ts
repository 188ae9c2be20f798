/** All words of the charts that their rooms do not give them. */
export const texts = {
  save: 'Save',
  saveOf: (chart: string) => `Save ${chart}`,
  svg: 'Drawing (SVG)',
  png: 'Picture (PNG)',
  csv: 'Data drawn (CSV)',
  noPicture: 'The browser made no picture',
  rows: 'rows',
  meanOf: (target: string) => `mean of ${target}`,
  /** Columns of the data drawn. */
  series: 'series',
  axis: (number: number) => `axis ${number}`,
  value: 'value',
  nthValue: (number: number) => `value ${number}`,
}
