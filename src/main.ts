import { readConfig } from './infrastructure/config.ts'
import { runUntilStopped } from './infrastructure/process.ts'
import { start } from './infrastructure/start.ts'

await runUntilStopped(() => start(readConfig()))
