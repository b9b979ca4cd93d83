/** Settings that do not fit, each with its mend. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
