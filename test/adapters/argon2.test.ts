import { argon2Hasher } from '../../src/adapters/argon2/password-hasher.ts'
import { passwordHasherContract } from '../contracts/password-hasher.contract.ts'

passwordHasherContract('Argon2', argon2Hasher)
