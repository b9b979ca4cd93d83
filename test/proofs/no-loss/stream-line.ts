import { authorization, type EventBody, hearRefusal, type Listen, queryOf, type Told } from './line.ts'

/** What a block of a stream tells; a comment and an interval tell nothing. */
function toldBy(block: string): Told | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const
    }),
  )
  const cursor = fields.get('id')
  const data = fields.get('data')
  if (fields.get('event') === 'reset' && cursor !== undefined) return { kind: 'reset', cursor }
  if (data === undefined) return cursor === undefined ? undefined : { kind: 'place', cursor }
  const event = JSON.parse(data) as EventBody
  if (cursor !== event.cursor || fields.get('event') !== event.type) {
    return { kind: 'refused', words: `A block says ${cursor} and ${event.cursor} for one event` }
  }
  return { kind: 'event', event }
}

/** Follows a stream of server-sent events. */
export const listenByStream: Listen = async ({ url, topics, after, signal, hear, token }) => {
  const headers = {
    accept: 'text/event-stream',
    ...authorization({ token }),
    ...(after !== null && { 'last-event-id': after }),
  }
  const query = queryOf(topics)
  const response = await fetch(`${url}/v1/events?${query}`, { signal, headers })
  if (!response.ok || !response.body) return hearRefusal(response, hear)
  let rest = ''
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const told = toldBy(block)
      if (told) hear(told)
    }
  }
}
