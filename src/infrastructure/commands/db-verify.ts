import { planRepairs } from '../verify/repair.ts'
import {
  describeOutcomes,
  describePlan,
  describeVerification,
  fixDocument,
  verificationDocument,
} from '../verify/report.ts'
import { fixDatabase, type Verification, verifyDatabase } from '../verify.ts'
import { readArguments, runCommand } from './command.ts'
import { withDatabase } from './database.ts'
import { terminalProgress } from './progress.ts'

const help = `Compares the database with what the migrations say, and looks for rows that have lost what they belong to.

  npm run db:verify [-- options]

  --fix    repair what can be repaired without dropping data, in one transaction, after printing the statements
  --json   one JSON document instead of words; with --fix the statements go to standard error
  --help   this text

Each finding says what it means and what to do. Objects that are not ours are noted and left alone. --fix locks the tables
it repairs, so run it in a quiet hour; it gives up when a lock is not to be had within ten seconds, and then nothing has
changed. It never deletes a row. The database is that of DATABASE_URL; without it, the embedded one in DATA_DIR.
The exit code is 0 when all is well (with --fix: afterwards), 1 when there is a finding or something went wrong,
2 when the database cannot be reached.`

interface Wanted {
  readonly isJson: boolean
  readonly databaseUrl: string
}

const print = (document: unknown): void => console.log(JSON.stringify(document, null, 2))

const conclude = ({ findings }: Verification): void => {
  if (findings.length > 0) process.exitCode = 1
}

async function verify({ isJson, databaseUrl }: Wanted): Promise<void> {
  const progress = terminalProgress()
  const verification = await verifyDatabase({ databaseUrl, onProgress: progress.show }).finally(
    progress.clear,
  )
  if (isJson) print(verificationDocument(verification))
  else console.log(describeVerification(verification))
  conclude(verification)
}

async function fix({ isJson, databaseUrl }: Wanted): Promise<void> {
  const progress = terminalProgress()
  const say = isJson ? console.error : console.log
  const onFound = (found: Verification): void => {
    progress.clear()
    if (!isJson) console.log(describeVerification(found))
    const plan = planRepairs(found.findings)
    if (plan.length > 0) say(`${isJson ? '' : '\n'}${describePlan(plan)}`)
  }
  const done = await fixDatabase({ databaseUrl, onProgress: progress.show, onFound }).finally(progress.clear)
  if (isJson) print(fixDocument(done))
  else if (done.outcomes.length > 0) {
    console.log(`\n${describeOutcomes(done.outcomes)}\n\n${describeVerification(done.after)}`)
  }
  conclude(done.after)
}

await runCommand(async () => {
  const flag = { type: 'boolean' } as const
  const { values } = readArguments('npm run db:verify', { options: { fix: flag, json: flag, help: flag } })
  if (values.help) {
    console.log(help)
    return
  }
  await withDatabase((databaseUrl) =>
    (values.fix ? fix : verify)({ isJson: values.json ?? false, databaseUrl }),
  )
})
