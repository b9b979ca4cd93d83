import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { type ContractApp, openContractApp } from './support/contract.ts'
import { assertMalformed } from './support/problem.ts'
import { expecting, haircut } from './support/shop.ts'

const ID = '01900000-0000-7000-8000-000000000001'

let app: ContractApp
before(async () => {
  app = await openContractApp()
})
after(() => app[Symbol.asyncDispose]())

const cursor = (value: unknown, id: unknown = ID) =>
  Buffer.from(JSON.stringify([value, id])).toString('base64url')

const hostile: Readonly<Record<string, readonly string[]>> = {
  '/v1/services?sort=created_at': [
    '2026-99-99T99:99:99Z',
    '0000-01-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '1',
    '',
  ],
  '/v1/services?sort=-created_at': ['9999-12-31T00:00:00Z', 'infinity'],
  '/v1/services?sort=price': ['NaN', '-1', '1e9', '9'.repeat(40), 'x'],
  '/v1/services?sort=title': ['a\u0000b', '\ud800'],
  '/v1/providers?limit=1': ['-1', '99999999999', '1.5', 'x'],
}

for (const [list, values] of Object.entries(hostile)) {
  test(`${list} takes no cursor that it does not give out`, async () => {
    for (const value of values)
      assertMalformed(await app.ask('GET', `${list}&cursor=${cursor(value)}`), '/cursor format')
    assertMalformed(await app.ask('GET', `${list}&cursor=${cursor('1', 'x')}`), '/cursor format')
    assertMalformed(await app.ask('GET', `${list}&cursor=${cursor(7)}`), '/cursor format')
    assertMalformed(await app.ask('GET', `${list}&cursor=e30`), '/cursor format')
  })
}

test('an image is an address that can be printed as it stands', async () => {
  const { token } = await app.register('provider')
  const post = (image: string) =>
    app.ask('POST', '/v1/services', { token, body: { ...haircut, images: [image] } })
  await expecting(201, post('https://images.example.com/a%20b.png?size=2'))
  for (const image of [
    'https://',
    'http://a b',
    'https://a/"><script>',
    'javascript:alert(1)',
    'ftp://a/b',
  ]) {
    assert.equal((await post(image)).status, 400, image)
  }
})

test('a number that a double may not keep is refused by its name, and never kept as another one', async () => {
  const { token } = await app.register('customer')
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const send = (method: 'POST' | 'PATCH', url: string, number: string) => {
    const rest = method === 'POST' ? `"service_id":"${ID}","start":"2026-01-06T10:00:00Z",` : ''
    return app.send({ method, url, headers, payload: `{${rest}"metadata":{"a":{"b/c":[0,${number}]}}}` })
  }
  for (const [method, url, otherwise] of [
    ['POST', '/v1/bookings', 'service-not-found'],
    ['PATCH', `/v1/bookings/${ID}`, 'booking-not-found'],
  ] as const) {
    for (const number of ['9007199254740992', '9007199254740993', '-9007199254740993', '1e21', '1e400']) {
      const response = await send(method, url, number)
      assertMalformed(response, '/metadata/a/b~1c/1 too-large')
      assert.match(response.json().errors[0].message, /to 9007199254740991; write others as text/)
    }
    assertMalformed(await send(method, url, '1e-7'), '/metadata invalid')
    for (const number of ['9007199254740991', '-9007199254740991', '0.1', '-0', '1e-6']) {
      assert.equal((await send(method, url, number)).json().code, otherwise, number)
    }
  }
})

test('what is no HTTP, or too much of it, is answered with a problem as well', async () => {
  await app.application.app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.application.app.server.address()
  assert(address !== null && typeof address === 'object')
  const say = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = ''
      const socket = connect(address.port, '127.0.0.1', () => socket.write(text))
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk
      })
      socket.on('close', () => resolve(answer)).on('error', reject)
    })
  for (const [text, status, code] of [
    ['GARBAGE\r\n\r\n', 400, 'malformed-request'],
    [`GET /v1/services?q=${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 431, 'headers-too-large'],
  ] as const) {
    const [head = '', body = ''] = (await say(text)).split('\r\n\r\n')
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} .*\\r\\ncontent-type: application/problem\\+json`))
    assert.match(head, /x-request-id: [0-9a-f-]{36}/)
    assert.equal(JSON.parse(body).code, code)
  }
})
