/** Gives so many random bytes. A test's gives the same ones again. */
export type RandomBytes = (count: number) => Uint8Array
