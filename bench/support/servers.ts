import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConstantAnswer } from './bare-fastify.ts'
import { freePort, type ServerProcess, startServer } from './children.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const bareFastify = fileURLToPath(new URL('bare-fastify.ts', import.meta.url))

/** The server under test as production runs it, with further settings where they are given. */
export async function startApi(
  databaseUrl: string,
  logFile: string,
  signal: AbortSignal,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const port = await freePort()
  const environment = {
    PATH: process.env.PATH,
    // The only variable that goes through, so that the server can be profiled: --cpu-prof and its kin.
    NODE_OPTIONS: process.env.SERVER_NODE_OPTIONS,
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    JWT_SECRET: randomBytes(48).toString('base64url'),
    ACCESS_TOKEN_SECONDS: '86400',
    HOST: '127.0.0.1',
    PORT: String(port),
    // Everything comes from one address, as fast as it can.
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
    ...settings,
  }
  const command = { path: process.execPath, args: ['src/main.ts'], environment, folder: project }
  return startServer({ ...command, port, readyPath: '/ready', logFile }, signal)
}

/** Fastify that answers a constant; its files go to `folder`. */
export async function startBareFastify(
  answer: ConstantAnswer,
  folder: string,
  signal: AbortSignal,
): Promise<ServerProcess> {
  const port = await freePort()
  const answerFile = join(folder, 'bare-answer.json')
  await writeFile(answerFile, JSON.stringify(answer))
  const environment = { PATH: process.env.PATH, NODE_ENV: 'production' }
  const command = { path: process.execPath, args: [bareFastify, String(port), answerFile], environment }
  return startServer({ ...command, port, readyPath: '/ready', logFile: join(folder, 'bare.log') }, signal)
}
