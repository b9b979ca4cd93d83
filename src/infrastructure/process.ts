/** How long an orderly stop may take before the process ends anyway. */
const STOP_MILLISECONDS = 15_000

/** Within this time a second signal is an echo: Ctrl-C reaches this process and npm, which passes it on. */
const ECHO_MILLISECONDS = 500

const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** What a start hears from the process that it is part of, and tells it. */
export interface Control {
  /** Aborted when the process is to stop; a start throws its reason. */
  readonly signal: AbortSignal
  /** Takes everything down, because a part is lost that cannot be brought back. */
  readonly fail: (error: unknown) => void
}

/**
 * Runs something until SIGTERM, SIGINT or SIGHUP, then takes it down in order; once more ends the process at once,
 * but for SIGHUP, which a closing terminal may send twice. A start that fails is said in plain words and ends with
 * exit code 1.
 */
export async function runUntilStopped(start: (control: Control) => Promise<AsyncDisposable>): Promise<void> {
  const stop = new AbortController()
  const end = Promise.withResolvers<void>()
  // It may be lost before anyone waits for it.
  end.promise.catch(() => undefined)
  let isUp = false
  let firstSignal = 0
  const onSignal = (name: NodeJS.Signals) => {
    if (stop.signal.aborted) {
      if (name !== 'SIGHUP' && performance.now() - firstSignal > ECHO_MILLISECONDS) process.exit(1)
      return
    }
    firstSignal = performance.now()
    if (!isUp) console.error('Stopping; once more to end now')
    limitStop()
    stop.abort()
    end.resolve()
  }
  for (const name of STOP_SIGNALS) process.on(name, onSignal)
  const fail = (error: unknown) => {
    limitStop()
    end.reject(error)
  }
  try {
    await using _running = await start({ signal: stop.signal, fail })
    isUp = true
    await end.promise
  } catch (error) {
    if (error === stop.signal.reason) return
    console.error(explain(error))
    process.exitCode = 1
  }
}

function limitStop(): void {
  setTimeout(() => {
    console.error(`Not stopped after ${STOP_MILLISECONDS} ms; ending anyway.`)
    process.exit(1)
  }, STOP_MILLISECONDS).unref()
}

/** A mistake in the settings is told in its own words; anything else with its stack, because it is ours. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.name === 'Error' || error.name === 'ConfigError'
    ? error.message
    : (error.stack ?? error.message)
}
