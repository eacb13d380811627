import { writeFileSync } from 'node:fs'
import { archiveFile, recordArchive } from './archive.ts'

// Run with: npm run record
for (const profile of ['documented', 'server'] as const) {
  writeFileSync(archiveFile(profile), await recordArchive(profile))
}
