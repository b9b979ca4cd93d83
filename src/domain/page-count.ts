/** How many pages of a size it takes for so many rows. */
export const pageCount = (rows: number, size: number): number => Math.ceil(rows / size)
