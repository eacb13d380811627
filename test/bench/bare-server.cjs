// What everything is measured against: node:http and one answer, and nothing else. Plain JavaScript and CommonJS, since
// stripping types or importing a built-in module as ESM would hold up its start. The answer is in the first argument, as
// JSON.
const { createServer } = require('node:http')

const { headers, body } = JSON.parse(process.argv[2] ?? '{"headers":{},"body":""}')

const server = createServer((_, response) => {
  response.writeHead(200, headers)
  response.end(body)
})
server.listen(0, 'localhost', () => {
  process.stdout.write(`Listening on http://localhost:${server.address().port}\n`)
})
