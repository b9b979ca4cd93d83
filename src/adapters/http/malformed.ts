import type { FieldError } from './send-problem.ts'

/** Thrown by whatever reads a request and cannot; all that is wrong with it at once. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest'
  readonly errors: readonly FieldError[]

  constructor(errors: readonly FieldError[]) {
    super('The request is malformed')
    this.errors = errors
  }
}
