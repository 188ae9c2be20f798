import type { AskedRow } from '../model/service-answer.ts'

/** How a row is asked for from elsewhere: a command or a program to paste. */
export const askPrograms = {
  curl: { label: 'curl', write: curl },
  python: { label: 'Python', write: python },
  powershell: { label: 'PowerShell', write: powershell },
} as const
export type AskProgram = keyof typeof askPrograms

/** For a POSIX shell. */
function curl(url: string, row: AskedRow): string {
  return `curl -sS '${quotable(url)}/predict' -H 'content-type: application/json' -d '${bodyOf(row)}'`
}

/** Its single quotes keep everything but a quote as it is, as those of a POSIX shell do. */
function powershell(url: string, row: AskedRow): string {
  return `Invoke-RestMethod -Method Post -Uri '${quotable(url)}/predict' -ContentType 'application/json' -Body '${bodyOf(row)}'`
}

/** The standard library is enough for it. */
function python(url: string, row: AskedRow): string {
  const values = Object.entries(row).map(([name, value]) => `    ${pythonValue(name)}: ${pythonValue(value)},\n`)
  return `import json
import urllib.error
import urllib.request

row = {
${values.join('')}}
request = urllib.request.Request(
    ${pythonValue(`${quotable(url)}/predict`)},
    data=json.dumps({"inputs": [row]}).encode(),
    headers={"content-type": "application/json"},
)
try:
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(answer.read().decode())
except urllib.error.HTTPError as refusal:
    raise SystemExit(refusal.read().decode())
`
}

/** The request's body in printable ASCII without a single quote: no shell, terminal or code page changes anything in it. */
function bodyOf(row: AskedRow): string {
  return ascii(JSON.stringify({ inputs: [row] })).replaceAll("'", '\\u0027')
}

/** JSON text with each UTF-16 unit beyond printable ASCII as its escape. */
function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A JSON string is a Python string, but for what lies beyond 16 bits: two escapes there are two broken characters. */
function pythonValue(value: AskedRow[string]): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return JSON.stringify(value)
  const beyond = /[\u{10000}-\u{10ffff}]/gu
  return ascii(
    JSON.stringify(value).replace(beyond, character => {
      return `\\U${character.codePointAt(0)!.toString(16).padStart(8, '0')}`
    }),
  )
}

/** A URL without a single quote, as URLs write it. */
function quotable(url: string): string {
  return url.replaceAll("'", '%27')
}
