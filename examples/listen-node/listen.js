// Prints what happens, a line of JSON for each event, and goes on where it stopped when it is started again:
//
//   EMAIL=casey@customer.example PASSWORD=book-a-slot node examples/listen-node/listen.js
//
// SLOTWRIGHT_URL says where the server is, CURSOR_FILE where to keep how far it has come, TOPICS what to follow.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { followEvents } from '../follow-events.js'

const {
  SLOTWRIGHT_URL: origin = 'http://localhost:3000',
  CURSOR_FILE: file = 'cursor.txt',
  TOPICS: topics = 'bookings',
  EMAIL: email,
  PASSWORD: password,
} = process.env

let token = null

async function getToken(isFresh) {
  if (token !== null && !isFresh) return token
  const response = await fetch(`${origin}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  if (!response.ok) throw new Error(`cannot sign in: ${response.status}`)
  token = (await response.json()).access_token
  return token
}

const print = (value) =>
  new Promise((resolve, reject) => {
    process.stdout.write(`${JSON.stringify(value)}\n`, (error) => (error ? reject(error) : resolve()))
  })

const following = followEvents({
  origin,
  topics: topics.split(','),
  getToken,
  readCursor: () => readFile(file, 'utf8').catch(() => null),
  // Another file in its place: a crash leaves the old cursor or the new one, and never half of one.
  writeCursor: async (cursor) => {
    await writeFile(`${file}.new`, cursor)
    await rename(`${file}.new`, file)
  },
  onEvent: print,
  onReset: async (reason) => {
    // Here a program with a copy of the bookings reads them anew: GET /v1/bookings.
    console.error(`Events were missed (${reason})`)
  },
  onState: (state) => console.error(state),
})

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, following.stop)
await following.ended
