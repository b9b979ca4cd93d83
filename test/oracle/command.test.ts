import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { readOptions } from './options.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slotwright-oracle-'))
})
after(() => rm(folder, { recursive: true }))

function oracle(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/oracle/run.ts', ...args], {
    encoding: 'utf8',
  })
  return { status, lines: stdout.trim().split('\n'), complaint: stderr.trim() }
}

describe('npm run oracle', () => {
  it('ends with what it has compared', () => {
    const { status, lines } = oracle('--from', '100', '--cases', '30', '--seed', '5', '--workers', '2')
    assert.equal(status, 0)
    assert.match(
      lines.at(-1) ?? '',
      /^30 cases, \d+ of \d+ zones, \d+ of \d+ changes of the clocks, seed 5, [\d.]+ s: 0 disagreements$/,
    )
  })

  it('goes on where it was, and starts anew when the rules have changed since', async () => {
    const state = join(folder, 'run.json')
    const run = (cases: string) => oracle('--state', state, '--cases', cases, '--workers', '1').lines
    run('20')
    const further = run('50')
    assert.match(further[0] ?? '', /^Going on with case 20, from /)
    assert.match(further.at(-1) ?? '', /^50 cases, /)
    const stored = JSON.parse(await readFile(state, 'utf8'))
    assert.equal(stored.next, 50)
    await writeFile(state, JSON.stringify({ ...stored, fingerprint: 'of other rules' }))
    const anew = run('10')
    assert.match(anew[0] ?? '', / is of other rules, zones or cases: starting anew\.$/)
    assert.match(anew.at(-1) ?? '', /^10 cases, /)
  })

  it('exits 1 as long as a disagreement is on record', async () => {
    const state = join(folder, 'disagreed.json')
    oracle('--state', state, '--cases', '10')
    const stored = JSON.parse(await readFile(state, 'utf8'))
    stored.tally.disagreements.push({ number: 3, text: 'Case 3 was another' })
    await writeFile(state, JSON.stringify(stored))
    const { status, lines } = oracle('--state', state, '--cases', '20')
    assert.equal(status, 1)
    assert.ok(lines.includes('Case 3 was another'))
    assert.match(lines.at(-1) ?? '', /: 1 disagreements$/)
  })

  it('does not touch the state of another run, or a file that is none', async () => {
    const state = join(folder, 'other.json')
    oracle('--state', state, '--cases', '1', '--seed', '3')
    const other = oracle('--state', state, '--cases', '1', '--seed', '4')
    assert.equal(other.status, 1)
    assert.match(other.complaint, /belongs to a run with --seed 3 --from 0\. Name another file with --state$/)
    await writeFile(state, '{}')
    const none = oracle('--state', state, '--cases', '1')
    assert.equal(none.status, 1)
    assert.match(none.complaint, /is not the state of a run/)
  })

  it('explains itself', () => {
    const { status, lines } = oracle('--help')
    assert.equal(status, 0)
    for (const option of ['cases', 'seed', 'from', 'state', 'workers', 'help']) {
      assert.ok(lines.some((line) => line.startsWith(`  --${option} `)))
    }
  })
})

describe('its options', () => {
  it('are a million cases of seed 1, kept in .data, unless told otherwise', () => {
    const { workers, ...options } = readOptions([]) ?? {}
    assert.deepEqual(options, { cases: 1_000_000, seed: 1, from: 0, stateFile: '.data/oracle-1.json' })
    assert.ok(workers !== undefined && workers >= 1)
  })

  it('keep nothing of a run that begins elsewhere', () => {
    assert.equal(readOptions(['--from', '5'])?.stateFile, null)
    assert.equal(readOptions(['--from', '5', '--state', 'here.json'])?.stateFile, 'here.json')
  })

  it('are refused by name where they are unknown or make no sense', () => {
    assert.throws(() => readOptions(['--case', '1']), /'--case'/)
    assert.throws(() => readOptions(['surplus']), /'surplus'/)
    assert.throws(() => readOptions(['--cases']), /'--cases/)
    for (const [name, value] of Object.entries({ cases: '0', seed: '1.5', from: '1e3', workers: '65' })) {
      assert.throws(
        () => readOptions([`--${name}`, value]),
        new RegExp(`^Error: --${name} must be a whole number`),
      )
    }
    assert.throws(() => readOptions(['--seed=-1']), /--seed must be a whole number/)
    assert.throws(() => readOptions(['--state', '']), /--state must name a file/)
  })
})
