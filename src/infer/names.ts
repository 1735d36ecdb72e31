// Names for the schema in a TypeScript module.

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

/** Whether a name can stand for a constant and a type beside what the module imports. */
export function isFreeName(name: string): boolean {
  return IDENTIFIER.test(name) && !RESERVED.has(name)
}

/** Whether a property needs no quotes. */
export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name)
}

/** A name after a file: `us-10m.json` gives `Us10m`; `Row` when nothing is left of it. */
export function freeName(fileName: string): string {
  const words = fileName.replace(/\.[^.]*$/, '').match(/[A-Za-z0-9]+/g) ?? []
  const name = words.map(word => word[0]!.toUpperCase() + word.slice(1)).join('')
  if (isFreeName(name)) return name
  return isFreeName(`${name}Row`) ? `${name}Row` : 'Row'
}

/** Reserved words, names of types, and what the module imports. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'Type Static DateTime CalendarDate Time Duration any arguments as async await bigint boolean ' +
    'break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let never new null ' +
    'number object package private protected public return static string super switch symbol this ' +
    'throw true try type typeof undefined unknown var void while with yield'
  ).split(' '),
)
