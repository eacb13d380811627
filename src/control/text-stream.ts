import { Readable } from 'node:stream'

/** The minimum length of a chunk of text. */
const PIECE = 64 * 1024

/** Streams a text while it is generated, as fast as the client reads it. */
export function textStream(pieces: AsyncIterable<string>): Readable {
  return Readable.from(inLargerPieces(pieces), { objectMode: false })
}

async function* inLargerPieces(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    if (text.length < PIECE) continue
    yield text
    text = ''
  }
  // an empty chunk would end the stream
  if (text !== '') yield text
}
