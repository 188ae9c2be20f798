import { connect } from 'node:net'
import type { Duplex } from 'node:stream'

/** Connects to a socket file or named pipe of this machine, which no connection leaves by; null where nobody listens. */
export function openLocalSocket(path: string): Promise<Duplex | null> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.on('error', () => {})
      resolve(socket)
    })
    socket.once('error', () => resolve(null))
  })
}
