import { EventsQuery } from '../schemas/events.ts'
import { type ChannelPart, channelMessages, messagesOf } from './document-parts.ts'
import { eventMessages } from './event-messages.ts'
import { StreamResetMessage } from './server-messages.ts'

const messages = {
  streamReset: {
    name: 'reset',
    title: 'reset',
    summary:
      'The cursor is older than what is kept, and the stream ends: read what you follow anew. `id:` is the oldest cursor that can be resumed from.',
    payload: StreamResetMessage,
  },
}

const told = [...Object.keys(eventMessages), ...Object.keys(messages)]

const { topics, types, after } = EventsQuery.properties

const channel = {
  address: '/v1/events',
  title: 'Server-sent events',
  description:
    'With `Accept: text/event-stream`. `event:` is the name of the message, `data:` its payload on one line, and `id:` its cursor, which `Last-Event-ID` resumes from. A comment comes every 15 seconds. The stream ends with the token, with the server, or where its reader is too slow: open it again.',
  servers: [{ $ref: '#/servers/stream' }],
  messages: channelMessages(told),
}

/** Events as a stream. */
export const streamPart: ChannelPart = {
  name: 'stream',
  channel,
  messages,
  operations: {
    stream: {
      action: 'send',
      summary: 'Tells what happened.',
      channel: { $ref: '#/channels/stream' },
      messages: messagesOf('stream', told),
      bindings: {
        http: {
          method: 'GET',
          query: { type: 'object', properties: { topics, types, after } },
          bindingVersion: '0.3.0',
        },
      },
    },
  },
}
