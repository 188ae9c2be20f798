import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { engine } from '../../client/engine.ts'
import type { ChosenFile } from '../../client/upload.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { FileChooser } from '../../components/file-chooser.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { go, goFromHere, pathTo, usePlace } from '../../components/router.ts'
import { tableEndings } from '../../components/table-endings.ts'
import { texts as words } from '../../components/texts.ts'
import { trainAddress } from '../../components/train-address.ts'
import { firstLook } from './first-look.ts'
import { Preview, type Wanted } from './preview.tsx'
import { texts } from './texts.ts'

/** A file becomes a dataset version: chosen, looked at raw beside parsed, mended, imported, and trained on if wanted. */
export function ImportPanel() {
  const [chosen, setChosen] = useState<ChosenFile | null>(null)
  const [trainError, setTrainError] = useState<AppError | null>(null)
  const { start, job, error, isRunning, reset } = useJob<'import'>()

  const begin = async ({ name, target, options }: Wanted, isTrained: boolean) => {
    if (!chosen) return
    const goOn = goFromHere()
    setTrainError(null)
    const given = target === null ? {} : { target }
    const version = await start(() => engine.datasets.import({ file: chosen.file, name, options, ...given }))
    if (!version) return
    if (!isTrained || target === null) return goOn(pathTo('data', version.dataset))
    try {
      const wanted = { dataset: `${version.dataset}:${version.version}`, target, ...firstLook(version) }
      await engine.runs.train(wanted)
      goOn(trainAddress(wanted))
    } catch (failure) {
      setTrainError(toAppError(failure))
    }
  }
  const leave = () => {
    setChosen(null)
    setTrainError(null)
    reset()
  }
  // A file that Lathe was opened with comes as an address.
  const { search } = usePlace()
  const [file, name] = [search.get('file'), search.get('name')]
  useEffect(() => {
    if (file === null || name === null) return
    setChosen({ file, name })
    go(pathTo('data'), { replace: true })
  }, [file, name])
  return (
    <Panel
      title={texts.importTitle}
      aside={
        chosen && (
          <Button size="compact-xs" variant="default" disabled={isRunning} onClick={leave}>
            {texts.otherFile}
          </Button>
        )
      }
    >
      {chosen ? (
        <Preview key={chosen.file} chosen={chosen} isRunning={isRunning} begin={begin} />
      ) : (
        <FileChooser
          what={words.read.what}
          accept={tableEndings}
          pathLabel={texts.file}
          pathAction={texts.look}
          onFile={file => {
            leave()
            setChosen(file)
          }}
        />
      )}
      <JobLine job={job} />
      <ErrorNotice error={error ?? trainError} />
    </Panel>
  )
}
