export interface ProblemKind {
  readonly status:
    | 400
    | 401
    | 403
    | 404
    | 405
    | 408
    | 409
    | 410
    | 412
    | 413
    | 415
    | 422
    | 429
    | 431
    | 500
    | 503
  /** The same for every problem of the code. */
  readonly title: string
  /** What its page says to whoever meets it: what it means and how to go on. */
  readonly help: string
}
