import type { FilePreview, ReadOptions } from '../../shared/model/dataset.ts'
import { Mend } from './mend.tsx'
import { texts as words } from './texts.ts'

const texts = words.read

/** What keeps a file from being read as it is meant, and what was taken otherwise than it stands there, each with the way to change it. */
export function ReadNotices(props: {
  preview: FilePreview
  options: ReadOptions
  onChange(options: ReadOptions): void
}) {
  const { preview, options, onChange } = props
  const renamed = preview.columns.flatMap(({ name: to, originalName }) => {
    const from = originalName?.trim() ?? to
    return from === to ? [] : [{ from, to }]
  })
  const odd = preview.columns.flatMap(({ name, oddText }) => (oddText === null ? [] : [{ name, oddText }]))
  return (
    <>
      {preview.problem && (
        <p className="notice bad" role="alert">
          {preview.problem.message}. <Mend sentence={preview.problem.mend ?? ''} />{' '}
          {preview.problem.details?.repeated !== undefined && (
            <button
              type="button"
              className="link"
              onClick={() => onChange({ ...options, numberRepeated: true, types: {} })}
            >
              {texts.numberRepeated}
            </button>
          )}
        </p>
      )}
      {preview.problem === null && options.skip === undefined && preview.options.skip !== undefined && (
        <p className="notice">
          {texts.leftOut(preview.options.skip)}{' '}
          <button type="button" className="link" onClick={() => onChange({ ...options, skip: 0, types: {} })}>
            {texts.leaveNoneOut}
          </button>
        </p>
      )}
      {renamed.length > 0 && (
        <p className="notice">
          {texts.renamed(renamed.slice(0, 5), renamed.length - 5)}{' '}
          {options.numberRepeated && (
            <button
              type="button"
              className="link"
              onClick={() => onChange({ ...options, numberRepeated: undefined, types: {} })}
            >
              {texts.keepNames}
            </button>
          )}
        </p>
      )}
      {odd.slice(0, 3).map(({ name, oddText }) => (
        <p key={name} className="notice">
          {texts.mixed(name, oddText)}{' '}
          <button
            type="button"
            className="link"
            onClick={() => onChange({ ...options, missing: [...(preview.options.missing ?? []), oddText] })}
          >
            {texts.takeAsMissing(oddText)}
          </button>
        </p>
      ))}
    </>
  )
}
