import { readFile } from 'node:fs/promises'

interface Connection {
  remotePort?: number | undefined
  localPort?: number | undefined
}

/** 127.0.0.1 as Linux's tables of connections write it, alone or as the end of an IPv6 address. */
const loopback = '0100007F'

/** The user whose program is at the other end of a connection over 127.0.0.1; null where the system does not tell. Linux only. */
export async function peerUser({ remotePort, localPort }: Connection): Promise<number | null> {
  if (process.platform !== 'linux' || remotePort === undefined || localPort === undefined) return null
  const end = (port: number) => `${loopback}:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const [own, other] = [end(remotePort), end(localPort)]
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(path => readFile(path, 'utf8').catch(() => ''))
  for (const table of await Promise.all(tables)) {
    for (const line of table.split('\n')) {
      const [, local, remote, , , , , user] = line.trim().split(/\s+/)
      if (user && local?.endsWith(own) && remote?.endsWith(other)) return Number(user)
    }
  }
  return null
}

/** True unless the system says that the other end is neither this user's nor root's. */
export async function isOwnPeer(connection: Connection): Promise<boolean> {
  const user = await peerUser(connection)
  return user === null || user === 0 || user === process.getuid?.()
}
