import { promisify } from 'node:util'

/** Larger images are packed in the background, so that requests needn't wait. In bytes. */
export const LARGEST_AT_ONCE = 1024 * 1024

/** Most of a small database is empty pages, so even the fastest level packs it to a tenth. */
const OPTIONS = { level: 1 }

/** Loaded when something is packed for the first time. */
function zlib() {
  return process.getBuiltinModule('node:zlib')
}

/** Packs the image of a database synchronously. */
export function packNow(image: Buffer): Buffer {
  return exact(zlib().deflateRawSync(image, OPTIONS))
}

/** Packs the image of a database, a large one without blocking the event loop. */
export async function pack(image: Buffer): Promise<Buffer> {
  if (image.length <= LARGEST_AT_ONCE) return packNow(image)
  return exact(await promisify<Buffer, object, Buffer>(zlib().deflateRaw)(image, OPTIONS))
}

/** Copies the bytes, since the results of zlib retain a larger buffer. */
function exact(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

/** Unpacks an image synchronously. */
export function unpackNow(packed: Buffer): Buffer {
  return zlib().inflateRawSync(packed)
}

/** Unpacks an image, a large one without blocking the event loop. */
export async function unpack(packed: Buffer): Promise<Buffer> {
  if (packed.length <= LARGEST_AT_ONCE / 10) return unpackNow(packed)
  return promisify<Buffer, Buffer>(zlib().inflateRaw)(packed)
}
