/** A way out of the house, such as mail or webhooks, with its own place in the log. */
export interface Outbox {
  /** By which a failure is told. */
  readonly name: string

  /**
   * Writes down what has to be sent because of the next events after its place, at most `limit` of them, and moves the
   * place on, both or neither: no event is passed over and none is handed on twice, however many nodes are at it. Tells how
   * many events it was; null when another node is at it.
   */
  handOn(limit: number): Promise<number | null>
}
