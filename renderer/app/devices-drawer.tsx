import { Button, Drawer } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../shared/errors.ts'
import { formatBytes, formatCount } from '../../shared/lib/format.ts'
import type { CudaLibraries, Device } from '../../shared/model/workspace.ts'
import { devicesChanged, useDevices } from '../client/devices.ts'
import { engine } from '../client/engine.ts'
import { useEngine } from '../client/store.ts'
import { useJob } from '../client/use-job.ts'
import { closeDrawer, openDrawer, useDrawer } from '../components/drawers.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { FileChooser } from '../components/file-chooser.tsx'
import { wordsInWindow } from '../components/in-window.ts'
import { JobLine } from '../components/job-line.tsx'
import { List } from '../components/list.tsx'
import { Mend } from '../components/mend.tsx'
import { Panel } from '../components/panel.tsx'
import { TypedConfirmation } from '../components/typed-confirmation.tsx'
import { texts as words } from './texts.ts'

const texts = words.devices

/** What this machine computes on, and CUDA set up where it can be. */
export function DevicesDrawer() {
  const isOpen = useDrawer(({ open }) => open === 'devices')
  return (
    <Drawer
      opened={isOpen}
      onClose={closeDrawer}
      position="right"
      size="min(900px, 100%)"
      title={texts.title}
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <Devices />
    </Drawer>
  )
}

function Devices() {
  const { value, error } = useDevices()
  return (
    <div className="stack">
      <p className="soft">{texts.meaning}</p>
      <List<Device>
        label={texts.title}
        items={value?.devices ?? null}
        keyOf={({ device }) => device}
        empty={texts.none}
        columns={[
          { title: texts.device, cell: ({ device }) => device },
          { title: texts.state, cell: ({ available }) => state(available) },
          { title: texts.name, cell: ({ name }) => name, text: ({ name }) => name },
          {
            title: texts.speed,
            isNumber: true,
            cell: ({ gigaflops }) => (gigaflops === null ? '–' : formatCount(Math.round(gigaflops))),
          },
          {
            title: texts.float16,
            cell: ({ available, float16 }) => (available ? (float16 ? texts.yes : texts.no) : '–'),
          },
          {
            title: texts.memory,
            isNumber: true,
            cell: ({ memoryBytes }) => (memoryBytes === null ? texts.unknown : formatBytes(memoryBytes)),
          },
          {
            title: texts.says,
            cell: ({ detail }) => wordsInWindow(detail),
            text: ({ detail }) => wordsInWindow(detail),
          },
        ]}
      />
      <ErrorNotice error={error} />
      {value?.cuda && <Cuda cuda={value.cuda} />}
    </div>
  )
}

function state(available: boolean) {
  return <span className={`status ${available ? 'good' : 'soft'}`}>{available ? texts.ready : texts.notHere}</span>
}

/** onnxruntime's CUDA part, which is fetched apart: from a file, or from the network where that is allowed. */
function Cuda({ cuda: { version, files, missing, mend } }: { cuda: CudaLibraries }) {
  const airGap = useEngine(({ info }) => info?.airGap ?? false)
  const { start, job, result, error, isRunning, reset } = useJob<'set-up-cuda'>()
  const [failure, setFailure] = useState<AppError | null>(null)
  const setUp = (chosen: string[]) => void start(() => engine.workspace.setUpCuda({ files: chosen }))
  const remove = async () => {
    reset()
    const found = await engine.workspace.removeCuda().then(() => null, toAppError)
    setFailure(found)
    devicesChanged()
    return found === null
  }
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return (
    <Panel title={texts.cuda}>
      <div className="body">
        <p>{texts.cudaMeaning(version)}</p>
        {files.length > 0 && <p>{texts.installed(files.length, formatBytes(bytes))}</p>}
        {files.length > 0 && missing.length > 0 && (
          <p className="notice">
            {texts.missing(missing)} {mend && <Mend sentence={mend} />}
          </p>
        )}
      </div>
      <FileChooser
        what={texts.file}
        accept={['.whl', '.nupkg', '.zip', '.tgz']}
        pathLabel={texts.path}
        pathAction={texts.take}
        onFile={({ file }) => setUp([file])}
      />
      <div className="body">
        <p>
          <Button size="xs" variant="default" disabled={airGap} loading={isRunning} onClick={() => setUp([])}>
            {texts.fetch}
          </Button>{' '}
          <span className="soft">{airGap ? texts.fetchRefused : texts.fetchMeaning}</span>{' '}
          {airGap && (
            <button type="button" className="link" onClick={() => openDrawer('connections')}>
              {texts.showSwitch}
            </button>
          )}
        </p>
      </div>
      <JobLine job={job} />
      <ErrorNotice error={error ?? failure} />
      {result && (
        <p className="body" role="status">
          {result.device.available ? texts.works(result.device.detail) : texts.doesNot(result.device.detail)}
        </p>
      )}
      {files.length > 0 && (
        <TypedConfirmation
          name={texts.cuda}
          lost={texts.removed}
          action={texts.remove}
          isReady={!isRunning}
          act={remove}
        />
      )}
    </Panel>
  )
}
