/** A message as the document has it. */
export interface DocumentedMessage {
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly payload: object
}

/** One way in which events are delivered: its channel, what is said there, and which side says it. */
export interface ChannelPart {
  readonly name: string
  readonly channel: object
  readonly operations: Readonly<Record<string, object>>
  /** Those that no other part has, by the name under which the document has them. */
  readonly messages: Readonly<Record<string, DocumentedMessage>>
}

/** Refers to a message that all channels share. */
export const sharedMessage = (name: string) => ({ $ref: `#/components/messages/${name}` })

/** Refers to messages as a channel has them: that is what its operations speak of. */
export const messagesOf = (channel: string, names: readonly string[]) =>
  names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }))

/** The messages of a channel, by name. */
export const channelMessages = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, sharedMessage(name)]))
