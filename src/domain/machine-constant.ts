import { ascRandomBytes } from './asc-random.ts'

/** The bytes that DocSpace derives from a machine key: pseudo-random ones, seeded with its last four. */
export function machineConstant(machineKey: string, length: number): Buffer {
  const lastFour = Buffer.concat([Buffer.alloc(4), Buffer.from(machineKey)]).subarray(-4)
  return ascRandomBytes(lastFour.readInt32LE(), length)
}
