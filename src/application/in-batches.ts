/**
 * Does work so much at a time until there is none left: a batch that is not full was the last. Tells how much was done.
 *
 * @param work does at most `most` and tells how much that was
 */
export async function inBatches(most: number, work: (most: number) => Promise<number>): Promise<number> {
  let total = 0
  for (;;) {
    const done = await work(most)
    total += done
    if (done < most) return total
  }
}
