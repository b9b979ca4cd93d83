/** How long an orderly stop may take before the process ends anyway. */
const STOP_MILLISECONDS = 15_000

/**
 * Runs something until SIGTERM or SIGINT, then takes it down in order; a second signal ends the process at once.
 * A start that fails is said in plain words and ends with exit code 1.
 */
export async function runUntilStopped(start: () => Promise<AsyncDisposable>): Promise<void> {
  const stopped = Promise.withResolvers<void>()
  let signals = 0
  const onSignal = () => {
    signals++
    if (signals > 1) process.exit(1)
    stopped.resolve()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  try {
    await using _running = await start()
    await stopped.promise
    setTimeout(() => {
      console.error(`Not stopped after ${STOP_MILLISECONDS} ms; ending anyway.`)
      process.exit(1)
    }, STOP_MILLISECONDS).unref()
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}

/** A mistake in the settings is told in its own words; anything else with its stack, because it is ours. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `PORT ${error.port} is in use: stop what listens there, or set PORT to another one (0 takes a free one)`
  }
  return error.name === 'Error' || error.name === 'ConfigError'
    ? error.message
    : (error.stack ?? error.message)
}
