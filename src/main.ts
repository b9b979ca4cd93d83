import { readArguments, runCommand } from './infrastructure/commands/command.ts'
import { readConfig } from './infrastructure/config.ts'
import { runUntilStopped } from './infrastructure/process.ts'
import { start } from './infrastructure/start.ts'

const help = `Starts the server, and stops it on Ctrl-C.

  npm start [-- options]

  --help   this text

Settings are environment variables, such as PORT, DATABASE_URL and NODE_ENV: docs/reference/settings.md has all of
them. Without any, it brings its own PostgreSQL, with its data in .data, and a few people to try it with.`

await runCommand(async () => {
  const { values } = readArguments('npm start', { options: { help: { type: 'boolean' } } })
  if (values.help) console.log(help)
  else await runUntilStopped((control) => start(readConfig(), control))
})
