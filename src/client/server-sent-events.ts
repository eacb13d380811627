/** One event of a stream of server-sent events. */
export interface ServerSentEvent {
  event: string
  data: string
}

/** Reads the events of a stream as they come. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let text = ''
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) yield readEvent(event)
  }
}

function readEvent(text: string): ServerSentEvent {
  const fields = text.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line) ?? [])
  const valuesOf = (name: string) => fields.flatMap(([, field, value = '']) => (field === name ? [value] : []))
  return { event: valuesOf('event').at(-1) ?? 'message', data: valuesOf('data').join('\n') }
}
