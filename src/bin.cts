#!/usr/bin/env node
// The command's first step, written so that the oldest Node.js understands it: it says which one is needed.

/** better-sqlite3 is built for this version of Node-API. A Node.js with an older one, it crashes. */
const NODE_API = 10

if (Number(process.versions.napi) >= NODE_API) {
  require('./load-command.cjs').loadCommand()
} else {
  process.stderr.write(`docspace-mock needs Node.js 22.14 or newer, and this is ${process.versions.node}.\n`)
  process.exitCode = 1
}
