import { EventsQuery } from '../schemas/events.ts'
import { SubscribeMessage, UnsubscribeMessage } from './client-messages.ts'
import { CLOSE_CODES, MOST_SUBSCRIPTIONS } from './close-codes.ts'
import { type ChannelPart, channelMessages, messagesOf } from './document-parts.ts'
import {
  ErrorMessage,
  EventMessage,
  HelloMessage,
  ResetMessage,
  SubscribedMessage,
  UnsubscribedMessage,
} from './server-messages.ts'
import { URL_SUBSCRIPTION } from './ways.ts'

const message = (name: string, summary: string, payload: object) => ({ name, title: name, summary, payload })

const messages = {
  hello: message('hello', 'The first thing that is said.', HelloMessage),
  subscribe: message('subscribe', 'Follow topics, from a cursor on or from now.', SubscribeMessage),
  subscribed: message('subscribed', 'The subscription stands; its events follow.', SubscribedMessage),
  unsubscribe: message('unsubscribe', 'Follow them no longer.', UnsubscribeMessage),
  unsubscribed: message('unsubscribed', 'The subscription has ended.', UnsubscribedMessage),
  event: message('event', 'Something happened that a subscription follows.', EventMessage),
  reset: message(
    'reset',
    'The cursor is older than what is kept, and the subscription has ended: read what you follow anew, and go on from the cursor given or from now.',
    ResetMessage,
  ),
  error: message('error', 'Something that was asked for was refused; the socket stays open.', ErrorMessage),
}

const { topics, types, after } = EventsQuery.properties

const closeTable = Object.entries(CLOSE_CODES).map(([code, meaning]) => `| ${code} | ${meaning} |`)

const channel = {
  address: '/v1/events',
  title: 'A WebSocket',
  description: [
    `The server says \`hello\` first. A client then has up to ${MOST_SUBSCRIPTIONS} subscriptions, each of up to 20 topics, whose events come in the order of the log. The server pings every 30 seconds.`,
    `Where the address has \`topics\`, \`types\` or \`after\`, the server goes on as if the client had said \`subscribe\` with them and the id \`${URL_SUBSCRIPTION}\`.`,
    'A socket is closed with:',
    ['| code | because |', '|---|---|', ...closeTable].join('\n'),
  ].join('\n\n'),
  servers: [{ $ref: '#/servers/socket' }],
  messages: channelMessages(Object.keys(messages)),
  bindings: {
    ws: {
      method: 'GET',
      query: {
        type: 'object',
        properties: {
          ticket: { type: 'string', description: 'For browsers, which cannot send a token with a socket.' },
          topics,
          types,
          after,
        },
      },
      headers: {
        type: 'object',
        properties: { authorization: { type: 'string', description: '`Bearer` and an access token.' } },
      },
      bindingVersion: '0.1.0',
    },
  },
  'x-close-codes': CLOSE_CODES,
}

const operation = (action: 'send' | 'receive', summary: string, names: readonly string[]) => ({
  action,
  summary,
  channel: { $ref: '#/channels/socket' },
  messages: messagesOf('socket', names),
})

const reply = (names: readonly string[]) => ({
  reply: { channel: { $ref: '#/channels/socket' }, messages: messagesOf('socket', names) },
})

/** Events over a WebSocket. */
export const socketPart: ChannelPart = {
  name: 'socket',
  channel,
  messages,
  operations: {
    greet: operation('send', 'The socket is open.', ['hello']),
    subscribe: {
      ...operation('receive', 'A client follows topics.', ['subscribe']),
      ...reply(['subscribed', 'error']),
    },
    unsubscribe: {
      ...operation('receive', 'A client follows them no longer.', ['unsubscribe']),
      ...reply(['unsubscribed', 'error']),
    },
    deliver: operation('send', 'Tells what happened.', ['event']),
    reset: operation('send', 'Ends a subscription that would miss something.', ['reset']),
  },
}
