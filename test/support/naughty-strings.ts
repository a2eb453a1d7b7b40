/** Strings that break programs which read, escape, measure, compare or show text without care. */

const WORDS = [
  ...[
    '',
    ' ',
    'undefined',
    'null',
    'NULL',
    'nil',
    'None',
    'true',
    'false',
    'NaN',
    'Infinity',
    '-Infinity',
    'hasOwnProperty',
  ],
  ...['__proto__', 'constructor', 'toString', '\\', '\\\\', '[object Object]', 'then', 'CON', 'nul', 'COM1', '.', '..'],
];

const NUMBERS = [
  ...['0', '-0', '00', '1.', '.5', '1e400', '-1e-400', '0x10', '0b1', '1_000', '1,000', '1.000,5', '9007199254740993'],
  ...['18446744073709551616', '1'.repeat(400), '١٢٣', '１２３', '½', '∞'],
];

const PUNCTUATION = [
  ...[
    '"',
    "'",
    '`',
    '""',
    "''",
    '"\'"',
    '<',
    '>',
    '&',
    '&amp;',
    '%',
    '%%',
    '%s',
    '%n',
    '%00',
    '%0d%0a',
    '{}',
    '{{7*7}}',
  ],
  ...[
    '$\u007b7*7}',
    '#{7*7}',
    '$(id)',
    '`id`',
    '; id',
    '| id',
    '&& id',
    '\\u0000',
    '\\n',
    '\\"',
    ",./;'[]\\-=",
    '!@#$%^&*()_+',
  ],
];

/** Each character that has a meaning of its own somewhere: controls, ends of lines, blanks, marks of direction. */
const CHARACTERS = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...[0x7f, 0x80, 0x85, 0x9b, 0xa0, 0xad, 0x34f, 0x61c, 0x1680, 0x180e, 0x3000, 0xfeff, 0xfff9, 0xfffd, 0xfffe, 0xffff],
  ...Array.from({ length: 0x30 }, (_, at) => 0x2000 + at),
  ...Array.from({ length: 0x10 }, (_, at) => 0x2060 + at),
].flatMap((code) => [String.fromCharCode(code), `a${String.fromCharCode(code)}b`]);

const SCRIPTS = [
  ...[
    'ÅÍÎÏ˝ÓÔÒÚÆ☃',
    'é',
    'e\u0301',
    'ﬀ',
    'ß',
    'ẞ',
    'İ',
    'ı',
    'ſ',
    'K',
    'Å',
    'Ω',
    'ǆ',
    'ꙮ',
    '𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
    'ｆｕｌｌ',
    'ᵗⁱⁿʸ',
  ],
  ...[
    '田中さんにあげて下さい',
    '찦차를 타고 온',
    'Ёлка',
    'سلام',
    'שלום',
    'नमस्ते',
    'ไทย',
    '𠜎𠜱𠝹',
    '\u202eabc\u202c',
    'مرحبا abc 123',
  ],
  ...[
    '😀',
    '👨‍👩‍👧‍👦',
    '🇩🇪',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '❤️',
    '✋🏿',
    '(╯°□°)╯︵ ┻━┻',
    `Z${'\u0300'.repeat(60)}`,
    '\ud83d\ude00'.repeat(100),
  ],
];

const CODE = [
  ...[
    '<script>alert(1)</script>',
    '</script><script>',
    '<img src=x onerror=alert(1)>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
  ],
  ...['<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>', 'javascript:alert(1)'],
  ...[
    "'; DROP TABLE users; --",
    "1' OR '1'='1",
    '../../../etc/passwd',
    'C:\\Windows\\win.ini',
    '\\\\host\\share',
    'file:///',
  ],
  ...[
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '=HYPERLINK("http://x")',
    '\u001b[2J',
    '\u001b]0;title\u0007',
    '\u001b]52;c;eA==\u0007',
  ],
  ...[
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    'data: {"a":1}\n\n',
    'event: message',
    'Content-Length: 5\r\n\r\nhello',
  ],
  ...[
    'eyJhbGciOiJub25lIn0.e30.',
    'Basic Og==',
    'text/html; charset="',
    '--boundary--',
    '\u0000\u0001\u0002',
    'a'.repeat(10_000),
  ],
];

export const NAUGHTY_STRINGS: readonly string[] = [
  ...WORDS,
  ...NUMBERS,
  ...PUNCTUATION,
  ...CHARACTERS,
  ...SCRIPTS,
  ...CODE,
];
