// The text leaves of the kernel on their own, for tests.

export {
  copyAscii,
  copyAsciiHtmlSafe,
  writeAsciiString,
  writeAsciiStringHtmlSafe,
} from '../../../src/escape/assembly/ascii'
export {
  ESCAPED_BYTES_PER_UNIT_MAX,
  OUT_WRITE_MARGIN,
  QUOTE_BYTES,
  TEXT_READ_MARGIN,
} from '../../../src/escape/assembly/escapes'
export {
  copyUtf16,
  copyUtf16HtmlSafe,
  writeUtf16String,
  writeUtf16StringHtmlSafe,
} from '../../../src/escape/assembly/utf16'
