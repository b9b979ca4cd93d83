import { parentPort } from 'node:worker_threads'
import { type CaseRange, compareCases } from './compare.ts'

parentPort?.on('message', (range: CaseRange) => parentPort?.postMessage(compareCases(range)))
