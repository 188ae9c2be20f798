import { AppError } from '../../shared/errors.ts'
import { shell } from '../host/shell.ts'
import { callHeaders } from './session.ts'

/** A file as the engine is asked for it: an absolute path, or an upload. */
export interface ChosenFile {
  file: string
  name: string
}

interface Answer {
  file: string
  fileName: string
}

/** Hands a file to the engine; `onProgress` gets the share that is there. Throws what the engine refuses it for; an abort, `cancelled`. */
export function sendFile(file: File, onProgress: (fraction: number) => void, signal: AbortSignal): Promise<ChosenFile> {
  return new Promise((resolve, reject) => {
    // fetch tells nothing of how far a body is sent.
    const request = new XMLHttpRequest()
    request.open('POST', `/api/uploads?name=${encodeURIComponent(file.name)}&size=${file.size}`)
    request.responseType = 'json'
    request.upload.addEventListener('progress', event => onProgress(event.loaded / Math.max(1, event.total)))
    request.addEventListener('load', () => {
      if (request.status === 200) {
        const answer = request.response as Answer
        resolve({ file: answer.file, name: answer.fileName })
      } else reject(AppError.fromJSON(request.response))
    })
    request.addEventListener('error', () =>
      reject(new AppError('not-ready', `${file.name} could not be sent to the engine`, { mend: 'Choose it again.' })),
    )
    request.addEventListener('abort', () => reject(new AppError('cancelled', 'Not sent')))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    // Only a file without a path comes here in the shell, whose protocol passes one buffer on whole but has mangled streams.
    Promise.all([callHeaders(), shell ? file.arrayBuffer() : file]).then(([headers, body]) => {
      if (signal.aborted) return reject(new AppError('cancelled', 'Not sent'))
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      request.send(body)
    }, reject)
  })
}
