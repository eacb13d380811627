import { readFileSync } from 'node:fs'

/** What `expectations.ts` says of the portal. */
export const expected = JSON.parse(readFileSync(process.env.EXPECTATIONS as string, 'utf8'))
