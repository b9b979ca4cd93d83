/** A listener that is this far behind is cut off, and resumes by its cursor. */
const MOST_UNSENT_BYTES = 1024 * 1024

/**
 * Cuts off who is too slow: to be called after something was said. It is judged a turn later, when what was said has had
 * the chance to leave.
 */
export function patience(unsentBytes: () => number, cutOff: () => void): () => void {
  let isJudged = false
  return () => {
    if (isJudged) return
    isJudged = true
    setImmediate(() => {
      isJudged = false
      if (unsentBytes() > MOST_UNSENT_BYTES) cutOff()
    })
  }
}
