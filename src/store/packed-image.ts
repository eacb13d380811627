import { promisify } from 'node:util'

/** What takes longer to pack than others should wait is packed in the background. In bytes. */
export const LARGEST_AT_ONCE = 1024 * 1024

/** Most of a small database is empty pages, so the fastest level gives a tenth already. */
const OPTIONS = { level: 1 }

/** Loaded when something is packed for the first time. */
function zlib() {
  return process.getBuiltinModule('node:zlib')
}

/** Packs the image of a database at once. */
export function packNow(image: Buffer): Buffer {
  return exact(zlib().deflateRawSync(image, OPTIONS))
}

/** Packs the image of a database, a large one without holding up others. */
export async function pack(image: Buffer): Promise<Buffer> {
  if (image.length <= LARGEST_AT_ONCE) return packNow(image)
  return exact(await promisify<Buffer, object, Buffer>(zlib().deflateRaw)(image, OPTIONS))
}

/** Bytes that hold on to no larger buffer, as what zlib gives does. */
function exact(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

/** The image that was packed. */
export function unpackNow(packed: Buffer): Buffer {
  return zlib().inflateRawSync(packed)
}

/** The image that was packed, a large one without holding up others. */
export async function unpack(packed: Buffer): Promise<Buffer> {
  if (packed.length <= LARGEST_AT_ONCE / 10) return unpackNow(packed)
  return promisify<Buffer, Buffer>(zlib().inflateRaw)(packed)
}
