import { bringIn } from '../import/bring-in.ts'
import { help, readImportOptions } from '../import/options.ts'
import { runCommand } from './command.ts'
import { openMigratedDatabase } from './database.ts'

const SOME_CANNOT_COME = 3

await runCommand(async () => {
  const options = readImportOptions(process.argv.slice(2))
  if (options === null) {
    console.log(help)
    return
  }
  const refused = await bringIn(options, openMigratedDatabase, process.stdout)
  if (refused > 0) process.exitCode = SOME_CANNOT_COME
})
