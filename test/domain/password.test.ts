import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judgePassword } from '../../src/domain/password.ts'

const isCommon = (password: string) => password === 'password1'

const codeOf = (password: string) => {
  const judged = judgePassword(password, isCommon)
  return judged.ok ? 'good' : judged.rejection.violations.map(({ path, code }) => `${path} ${code}`).join()
}

describe('a password', () => {
  it('has 8 to 128 characters, of whatever kind, as a reader counts them', () => {
    assert.equal(codeOf('1234567'), 'password too-short')
    assert.equal(codeOf('🐎'.repeat(7)), 'password too-short')
    for (const good of ['12345678', '🐎'.repeat(8), '        ', '🐎'.repeat(128), 'x'.repeat(128)]) {
      assert.equal(codeOf(good), 'good', good)
    }
    assert.equal(codeOf('x'.repeat(129)), 'password too-long')
  })

  it('is not one that is guessed first', () => {
    assert.equal(codeOf('password1'), 'password too-common')
    assert.equal(codeOf('password1 '), 'good')
  })
})
