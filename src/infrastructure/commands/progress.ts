/** Shows what is being done, on one line that is overwritten; nothing where nobody watches. */
export function terminalProgress(): { readonly show: (line: string) => void; readonly clear: () => void } {
  const stderr = process.stderr
  if (!stderr.isTTY) return { show: () => undefined, clear: () => undefined }
  const clear = (): void => {
    stderr.write('\r\u001b[2K')
  }
  const show = (line: string): void => {
    clear()
    stderr.write(line.slice(0, Math.max(1, (stderr.columns ?? 80) - 1)))
  }
  return { show, clear }
}
