import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { crc32, deflateRawSync } from 'node:zlib'
import { cudaProviders, onnxRuntimeVersion } from '../../runtime/index.ts'

export interface ZippedFile {
  path: string
  content: Uint8Array | string
  /** Instead of what the content has. */
  crc?: number
  sizeBytes?: number
}

/** A zip as the format's documentation has it: local headers with deflated content, a directory, and its end. */
export async function writeZip(file: string, files: readonly ZippedFile[]): Promise<string> {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { path, content, crc, sizeBytes } of files) {
    const plain = Buffer.from(content)
    const packed = deflateRawSync(plain)
    const name = Buffer.from(path)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc ?? crc32(plain), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(sizeBytes ?? plain.length, 18)
    common.writeUInt16LE(name.length, 22)
    const central = Buffer.alloc(46)
    central.write('PK\x01\x02', 'latin1')
    common.copy(central, 6)
    central.writeUInt32LE(offset, 42)
    directory.push(central, name)
    const local = [Buffer.from('PK\x03\x04', 'latin1'), common, name, packed]
    parts.push(...local)
    offset += local.reduce((sum, part) => sum + part.length, 0)
  }
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.length, 0),
    12,
  )
  end.writeUInt32LE(offset, 16)
  await writeFile(file, Buffer.concat([...parts, ...directory, end]))
  return file
}

/** The beginning of a 64-bit library: for x86-64 unless another machine's number is given. */
export function library(text: string, machine = 62): Buffer {
  const header = Buffer.alloc(64)
  header.writeUInt32BE(0x7f454c46, 0)
  header[4] = 2
  header[5] = 1
  header.writeUInt16LE(machine, 18)
  return Buffer.concat([header, Buffer.from(text)])
}

export const recordLine = (path: string, content: Buffer) =>
  `${path},sha256=${createHash('sha256').update(content).digest('base64url')},${content.length}\n`

/** In the shape of the wheel onnxruntime-gpu: the libraries hold a few bytes each. */
export function gpuWheel(version = onnxRuntimeVersion(), machine = 62): ZippedFile[] {
  const libraries = cudaProviders.map(name => ({
    path: `onnxruntime/capi/${name}`,
    content: library(`${name} ${version}`, machine),
  }))
  const info = `onnxruntime_gpu-${version}.dist-info`
  return [
    { path: 'onnxruntime/__init__.py', content: 'raise SystemExit' },
    ...libraries,
    { path: 'onnxruntime/capi/libonnxruntime_providers_tensorrt.so', content: library('not wanted') },
    { path: `${info}/METADATA`, content: `Metadata-Version: 2.4\nName: onnxruntime-gpu\nVersion: ${version}\n` },
    { path: `${info}/RECORD`, content: libraries.map(({ path, content }) => recordLine(path, content)).join('') },
  ]
}
