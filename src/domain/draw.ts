import { hash } from 'node:crypto'

/** Gives numbers from 0 up to 1, 1 not included: for the same purpose always the same one. */
export type Draw = (purpose: string) => number

const BYTES = 6

/**
 * What chance decides about one of many events. It follows from the seed and the event's number alone, so that the same
 * seed decides the same again, on every machine, whatever was drawn in between.
 */
export function drawOf(seed: number, event: number): Draw {
  return (purpose) => hash('sha256', `${seed} ${event} ${purpose}`, 'buffer').readUIntBE(0, BYTES) / 2 ** (8 * BYTES)
}
