// The ops of a compiled program, shared word for word by the layout (TypeScript) and the kernel
// (AssemblyScript): only constants may stand here.

// Containers first: for these, `argument` of a maybe-entry is where to go on when the value is null or missing.
export const OP_OBJECT = 0 // slot: presence. A value without a slot of its own that may be null or missing
export const OP_ARRAY = 1 // slot: count
export const OP_LAST_CONTAINER = 1

export const OP_LITERAL = 2 // no slot, only the literal
export const OP_JUMP = 3 // go on at `argument`
export const OP_CALL = 4 // go on at `argument`, come back at OP_RETURN
export const OP_RETURN = 5
export const OP_ROW_NEXT = 6 // a row ends
export const OP_ARRAY_NEXT = 7 // an element ends; the next one starts at `argument`
export const OP_REST = 8 // slot: count. Properties the schema does not name; `argument`: past the last one
export const OP_REST_KEY = 9 // slot: text length of the name
export const OP_REST_NEXT = 10 // a property ends; the next one starts at `argument`
export const OP_UNION = 11 // slot: variant. `argument`: table of [end, variant 0, variant 1, ...]

export const OP_INT = 12 // slot: integral double
export const OP_FLOAT = 13 // slot: double; NaN is written as null
export const OP_BOOL = 14 // slot: 0 or 1
export const OP_STRING = 15 // slot: text length
export const OP_ENUM = 16 // slot: index. `argument`: table of [position, length] pairs
export const OP_BIGINT = 17 // slot: integral double, or TEXT_FOLLOWS and the text length of its digits
export const OP_BIGINT_STRING = 18
export const OP_DATE_TIME = 19 // slot: epoch ms, or TEXT_FOLLOWS and a text length; likewise the next ones
export const OP_DATE_TIME_SECONDS = 20
export const OP_DATE = 21
export const OP_TIME = 22
export const OP_TIME_SECONDS = 23
export const OP_DURATION = 24 // slot: ms
export const OP_DURATION_SECONDS = 25
export const OP_TEXT = 26 // slot: text length of JSON to copy as it is

// Flags of an entry.
export const FLAG_MAYBE = 1 // the slot may hold NULL_SLOT or MISSING_SLOT
export const FLAG_COMMA = 2 // the literal's leading comma goes when nothing stands in the object yet
export const FLAG_HTML_SAFE = 4

// One entry: op u8, flags u8, two bytes unused, argument i32, literal length i32, literal position i32, and the
// literal's first 16 bytes in place, so that most literals are one load and one store.
export const ENTRY_BYTES = 32
export const ENTRY_ARGUMENT = 4
export const ENTRY_LITERAL_LENGTH = 8
export const ENTRY_LITERAL_POSITION = 12
export const ENTRY_LITERAL_HEAD = 16
export const LITERAL_HEAD_BYTES = 16
