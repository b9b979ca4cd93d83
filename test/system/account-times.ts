import { readArguments, runCommand } from '../../src/infrastructure/commands/command.ts'
import { openTestApp, type TestApp } from '../support/app.ts'
import { provideTestServer } from '../support/test-server.ts'
import { welchT, withoutSlowest } from './welch.ts'

const help = `Measures whether the time of an answer tells an address with an account from one without.

  npm run account-times -- [options]

  --samples <n>   of each kind (5000)
  --help          this text

Logins with a wrong password and requests for a new password, one after the other, known and unknown in turns. Of each it
prints Welch's t, of all samples and without the slowest tenth; the exit code is 1 when one is 4.5 or more.
DATABASE_URL names the server to create a database on; without it an embedded PostgreSQL runs in a temporary folder.`

const MOST_T = 4.5
const WARM_UP = 20

type Ask = (app: TestApp, email: string) => Promise<unknown>

const QUESTIONS: Readonly<Record<string, Ask>> = {
  login: (app, email) => app.ask('POST', '/v1/auth/login', { body: { email, password: 'wrong horse' } }),
  'password reset': (app, email) => app.ask('POST', '/v1/auth/password-reset', { body: { email } }),
}

/** Milliseconds of each kind, asked in turns so that what the machine does besides falls on both alike. */
async function measure(app: TestApp, ask: Ask, known: string, samples: number) {
  const times = { known: [] as number[], unknown: [] as number[] }
  // One address, as the known one is: an index finds one that was there a moment ago otherwise than a new one.
  const unknown = 'nobody@example.com'.padStart(known.length, 'x').slice(-known.length)
  for (let sample = -WARM_UP; sample < samples; sample++) {
    const order = sample % 2 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)
    for (const kind of order) {
      const began = performance.now()
      await ask(app, kind === 'known' ? known : unknown)
      if (sample >= 0) times[kind].push(performance.now() - began)
    }
    // Requests that wait are one for each address: the next of the known one is to be as new as that of the other.
    await app.database.query('delete from auth.password_reset_requests')
  }
  return times
}

async function main(): Promise<void> {
  const options = { samples: { type: 'string' }, help: { type: 'boolean' } } as const
  const { values } = readArguments('npm run account-times', { options })
  if (values.help) return console.log(help)
  const samples = Number(values.samples ?? 5_000)
  if (!Number.isSafeInteger(samples) || samples < 10) throw new Error('--samples must be a number from 10 on')
  // As it is installed: what one of the two writes takes the disk its time.
  await using server = await provideTestServer(process.env.DATABASE_URL, {})
  process.env.SLOTWRIGHT_TEST_SERVER = server.url
  process.env.SLOTWRIGHT_TEST_TEMPLATE = server.template
  await using app = await openTestApp()
  const { email } = await app.register('customer')
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    const { known, unknown } = await measure(app, ask, email, samples)
    const all = welchT(known, unknown)
    const cropped = welchT(withoutSlowest(known), withoutSlowest(unknown))
    console.log(`${name}: t = ${all.toFixed(2)}, without the slowest tenth ${cropped.toFixed(2)}`)
    if (Math.max(Math.abs(all), Math.abs(cropped)) >= MOST_T) process.exitCode = 1
  }
}

await runCommand(main)
