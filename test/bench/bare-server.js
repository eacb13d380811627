// What everything is measured against: node:http and one answer, and nothing else. Plain JavaScript, so that its start
// isn't held up by stripping types. The answer is in the first argument, as JSON.
import { createServer } from 'node:http'

const { headers, body } = JSON.parse(process.argv[2] ?? '{"headers":{},"body":""}')

const server = createServer((_, response) => {
  response.writeHead(200, headers)
  response.end(body)
})
server.listen(0, 'localhost', () => {
  process.stdout.write(`Listening on http://localhost:${server.address().port}\n`)
})
