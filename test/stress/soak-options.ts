/** The flags of `npm run soak`: its load, and the limits beyond which it fails. */
export const soakDefaults = {
  minutes: 30,
  rate: 300,
  portals: 1000,
  connections: 16,
  'max-rss': 800,
  'max-growth': 20,
  'max-p99': 500,
  'max-turn': 250,
  'max-rest': 2,
}

export type SoakOptions = typeof soakDefaults
