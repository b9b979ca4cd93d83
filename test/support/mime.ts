/** One part of a mail, decoded: independent of what wrote it. */
export interface MimePart {
  /** By name in lower case, unfolded and decoded, in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  /** In lower case, without its parameters. */
  readonly type: string
  /** Of the content type, by name in lower case. */
  readonly parameters: ReadonlyMap<string, string>
  /** Empty where there are parts. */
  readonly text: string
  readonly parts: readonly MimePart[]
}

/** Reads a mail (RFC 5322, RFC 2045 to 2047) whose texts are UTF-8. */
export function readMime(raw: string): MimePart {
  const end = raw.indexOf('\r\n\r\n')
  const [head, body] = end < 0 ? [raw, ''] : [raw.slice(0, end), raw.slice(end + 4)]
  const headers = readHeaders(head)
  const contentType = headers.get('content-type')?.[0] ?? 'text/plain'
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  const parameters = readParameters(contentType)
  const boundary = parameters.get('boundary')
  const isMultipart = type.startsWith('multipart/') && boundary !== undefined
  return {
    headers,
    type,
    parameters,
    text: isMultipart ? '' : decodeBody(body, headers.get('content-transfer-encoding')?.[0] ?? '7bit'),
    parts: isMultipart ? split(body, boundary).map(readMime) : [],
  }
}

function readHeaders(head: string): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (const line of head.replace(/\r\n([ \t])/g, '$1').split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = decodeWords(line.slice(colon + 1).trim())
    headers.set(name, [...(headers.get(name) ?? []), value])
  }
  return headers
}

const readParameters = (header: string) =>
  new Map(
    [...header.matchAll(/;\s*([\w-]+)=(?:"([^"]*)"|([^;\s]*))/g)].map(([, name = '', quoted, bare]) => [
      name.toLowerCase(),
      quoted ?? bare ?? '',
    ]),
  )

const split = (body: string, boundary: string): string[] =>
  `\r\n${body}`
    .split(`\r\n--${boundary}`)
    .slice(1, -1)
    .map((part) => part.replace(/^[ \t]*\r\n/, ''))

const decodeBytes = (encoded: string, isBase64: boolean): string =>
  isBase64
    ? Buffer.from(encoded, 'base64').toString('utf8')
    : Buffer.from(
        encoded.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        ),
        'latin1',
      ).toString('utf8')

function decodeBody(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return decodeBytes(body, true)
    case 'quoted-printable':
      return decodeBytes(body.replace(/=[ \t]*\r\n/g, ''), false)
    default:
      return Buffer.from(body, 'latin1').toString('utf8')
  }
}

/** Encoded words that follow each other are one text, and a character may be cut in two between them. */
function decodeWords(value: string): string {
  const joined = value.replace(/(=\?utf-8\?[bq]\?[^?]*\?=)\s+(?==\?utf-8\?[bq]\?)/gi, '$1')
  return joined.replace(/(?:=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (words) =>
    Buffer.concat(
      [...words.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)].map(([, kind = '', text = '']) =>
        kind.toLowerCase() === 'b'
          ? Buffer.from(text, 'base64')
          : Buffer.from(
              text
                .replaceAll('_', ' ')
                .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
                  String.fromCharCode(Number.parseInt(hex, 16)),
                ),
              'latin1',
            ),
      ),
    ).toString('utf8'),
  )
}

/** Every part that has no parts, in order. */
export const leavesOf = (part: MimePart): readonly MimePart[] =>
  part.parts.length === 0 ? [part] : part.parts.flatMap(leavesOf)
