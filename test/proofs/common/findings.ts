/** Something that must never be, under the name of the rule that it breaks. */
export interface Finding<Rule extends string = string> {
  readonly rule: Rule
  readonly text: string
}

export type Find<Rule extends string> = (rule: Rule, text: string) => void

/** A part of a judgement; each looks at the evidence alone. */
export type JudgeOf<Evidence, Rule extends string> = (evidence: Evidence, find: Find<Rule>) => void

/** What one judge says of one rule; more of the same would say nothing new. */
const MOST_OF_A_KIND = 1_000
const MOST_SHOWN = 20

/** What all judges find, up to a thousand of a kind from each. The same evidence is always judged alike. */
export function findingsOf<Evidence, Rule extends string>(
  judges: readonly JudgeOf<Evidence, Rule>[],
  evidence: Evidence,
): readonly Finding<Rule>[] {
  return judges.flatMap((judge) => {
    const findings: Finding<Rule>[] = []
    const counts = new Map<Rule, number>()
    judge(evidence, (rule, text) => {
      const count = (counts.get(rule) ?? 0) + 1
      counts.set(rule, count)
      if (count <= MOST_OF_A_KIND) findings.push({ rule, text })
    })
    return findings
  })
}

/** Each name with how often it comes, the most frequent first. */
export function counted(names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`)
}

/** The findings, each rule with its number; the first of each in full. */
export function describeFindings(findings: readonly Finding[]): readonly string[] {
  const shown = findings.slice(0, MOST_SHOWN).map(({ rule, text }) => `  ${rule}: ${text}`)
  const rest = findings.length > MOST_SHOWN ? ['  ...'] : []
  const rules = counted(findings.map(({ rule }) => rule))
  return [
    ...shown,
    ...rest,
    rules.length === 0 ? '0 findings' : `${findings.length} findings: ${rules.join(', ')}`,
  ]
}
