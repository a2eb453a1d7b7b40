/**
 * Reads the structure of a JSON text in UTF-8, without making anything of it: what has to be right of each byte, and where the
 * members of the outermost object stand. [RFC 8259, RFC 3629]
 *
 * AssemblyScript, which becomes WebAssembly: eight bytes are looked at in one go, as JavaScript cannot. The text comes in
 * windows, so that a text of any length is read in memory of one size. A string may go on in the next window; whatever
 * else cannot be read in the window that it begins in, since it is cut or since it is wrong, is left where it is, and read
 * from its beginning in the next one. What cannot be read there either is wrong, or longer than a window.
 */

const TAB: u32 = 0x09;
const LINE_FEED: u32 = 0x0a;
const CARRIAGE_RETURN: u32 = 0x0d;
const SPACE: u32 = 0x20;
const QUOTATION_MARK: u32 = 0x22;
const PLUS: u32 = 0x2b;
const VALUE_SEPARATOR: u32 = 0x2c;
const MINUS: u32 = 0x2d;
const DECIMAL_POINT: u32 = 0x2e;
const ZERO: u32 = 0x30;
const NAME_SEPARATOR: u32 = 0x3a;
const BEGIN_ARRAY: u32 = 0x5b;
const ESCAPE: u32 = 0x5c;
const END_ARRAY: u32 = 0x5d;
const SMALL_A: u32 = 0x61;
const SMALL_E: u32 = 0x65;
const SMALL_F: u32 = 0x66;
const BEGIN_OBJECT: u32 = 0x7b;
const END_OBJECT: u32 = 0x7d;

/** `true`, `null` and the end of `false`, as four bytes are loaded. */
const TRUE: u32 = 0x65757274;
const NULL: u32 = 0x6c6c756e;
const ALSE: u32 = 0x65736c61;

/** Times a byte, it is that byte eight times. */
const IN_EACH_BYTE: u64 = u64.MAX_VALUE / 0xff;

const WINDOW_BYTES: i32 = 65_536;
/** Zeros behind the window, where everything that is being read ends: so nobody has to ask for the end at each byte. */
const STOP_BYTES: i32 = 8;
const LEVELS_LIMIT: i32 = 10_000;
/** Members that are noted; whoever has more of them is not in a hurry. */
const MEMBERS_LIMIT: i32 = 200;
/** A member is noted as five numbers: where its name starts and ends, where its value does, and on which level it is. */
const MEMBER_BYTES: i32 = 20;
const NAME_START: i32 = 0;
const NAME_END: i32 = 4;
const VALUE_START: i32 = 8;
const VALUE_END: i32 = 12;
const LEVEL: i32 = 16;
/** Noted are the members of the text, and those of objects that are their values. */
const NOTED_LEVELS: i32 = 2;

const window: usize = memory.data(WINDOW_BYTES + STOP_BYTES, 8);
/** For each container that is open, from 1 on, the byte that it began with. */
const levels: usize = memory.data(LEVELS_LIMIT + 1);
const members: usize = memory.data(MEMBERS_LIMIT * MEMBER_BYTES, 4);

/** What comes next, leaving white space aside. */
enum Next {
  /** Only objects are messages. */
  Text,
  FirstNameOrEnd,
  Name,
  /** The rest of a name, or of a string that is a value. */
  InName,
  NameSeparator,
  FirstItemOrEnd,
  Value,
  InString,
  SeparatorOrEnd,
  /** Nothing: the text is read. */
  Nothing,
}

let next: Next = Next.Text;
let depth: i32 = 0;
let depthLimit: i32 = 0;
/** Position in the text of the byte at address 0, if it stood there. */
let origin: i32 = 0;
let hasEscape: bool = false;
let count: i32 = 0;
/** The members of both levels whose values are being read, or were read last. */
let outer: usize = 0;
let inner: usize = 0;
let lines: bool = false;

export function windowAt(): usize {
  return window;
}

export function membersAt(): usize {
  return members;
}

export function memberCount(): i32 {
  return count;
}

/** Whether some reader takes the text for more than one line: by a line break between tokens, or U+2028 or U+2029. */
export function hasLines(): bool {
  return lines;
}

/** Begins a text. */
export function begin(deepest: i32): void {
  next = Next.Text;
  depth = 0;
  depthLimit = min(deepest, LEVELS_LIMIT);
  count = 0;
  lines = false;
}

/**
 * Reads on, in the window.
 *
 * @param position - where the window stands in the text
 * @returns how many bytes were read; 0 where no more can be, or the text has no end
 */
export function read(position: i32, length: i32, isLast: bool): i32 {
  const end = window + length;
  store<u64>(end, 0);
  origin = position - <i32>window;
  const at = readFrom(window, end);
  if (isLast && next !== Next.Nothing) return 0;
  return <i32>(at - window);
}

/**
 * @param cut - where the window ends: a number that ends there may go on, and no text ends with a number
 * @returns the address of the first byte that could not be read
 */
function readFrom(start: usize, cut: usize): usize {
  let at = start;
  let behind = start;
  do {
    at = behind;
    if (next === Next.InString || next === Next.InName) {
      behind = readInString(at);
      continue;
    }
    at = behindSpace(at);
    behind = at;
    const byte: u32 = load<u8>(at);
    switch (next) {
      case Next.Value:
      case Next.FirstItemOrEnd:
        if (isNotedLevel()) store<i32>(noted(), positionOf(at), VALUE_START);
        if (byte === QUOTATION_MARK) {
          next = Next.InString;
          behind = readInString(at + 1);
        } else if (byte === BEGIN_OBJECT || byte === BEGIN_ARRAY) behind = beginContainer(at, byte);
        else if (byte === END_ARRAY && next === Next.FirstItemOrEnd) behind = endContainer(at);
        else behind = readNumberOrLiteral(at, byte, cut);
        break;
      case Next.SeparatorOrEnd: {
        const beginning: u32 = load<u8>(levels + depth);
        if (byte === VALUE_SEPARATOR) {
          next = beginning === BEGIN_OBJECT ? Next.Name : Next.Value;
          behind = at + 1;
          // The end of a container has the code of its beginning, and two more.
        } else if (byte === beginning + 2) behind = endContainer(at);
        break;
      }
      case Next.Name:
      case Next.FirstNameOrEnd:
        if (byte === QUOTATION_MARK) behind = depth > NOTED_LEVELS ? readStringMembers(at) : beginName(at);
        else if (byte === END_OBJECT && next === Next.FirstNameOrEnd) behind = endContainer(at);
        break;
      case Next.NameSeparator:
        behind = readNameSeparator(at);
        break;
      case Next.Text:
        if (byte === BEGIN_OBJECT) behind = beginContainer(at, byte);
        break;
    }
  } while (behind !== at);
  return at;
}

function readNumberOrLiteral(at: usize, byte: u32, cut: usize): usize {
  const behind = isDigit(byte) || byte === MINUS ? behindNumber(at) : behindLiteral(at);
  return behind === 0 || behind === cut ? at : endValue(behind);
}

/**
 * Reads `"name":"value",` again and again, for as long as they come without white space: of that a message has most, and the
 * way through `next` for each part of it would take as long as its bytes.
 *
 * @param start - where a name begins of which nothing is noted
 */
function readStringMembers(start: usize): usize {
  let at = start;
  while (true) {
    at = unreadInString(at + 1);
    if (load<u8>(at) !== QUOTATION_MARK) {
      next = Next.InName;
      return at;
    }
    if (load<u8>(at, 1) !== NAME_SEPARATOR) {
      next = Next.NameSeparator;
      return at + 1;
    }
    if (load<u8>(at, 2) !== QUOTATION_MARK) {
      next = Next.Value;
      return at + 2;
    }
    at = unreadInString(at + 3);
    if (load<u8>(at) !== QUOTATION_MARK) {
      next = Next.InString;
      return at;
    }
    if (load<u8>(at, 1) !== VALUE_SEPARATOR || load<u8>(at, 2) !== QUOTATION_MARK) {
      next = Next.SeparatorOrEnd;
      return at + 1;
    }
    at += 2;
  }
}

function beginName(at: usize): usize {
  if (depth <= NOTED_LEVELS) {
    if (count === MEMBERS_LIMIT) return at;
    const member = members + count++ * MEMBER_BYTES;
    if (depth === 1) outer = member;
    else inner = member;
    store<i32>(member, positionOf(at), NAME_START);
    store<i32>(member, depth, LEVEL);
    hasEscape = false;
  }
  next = Next.InName;
  return readInString(at + 1);
}

function readInString(start: usize): usize {
  const at = unreadInString(start);
  if (load<u8>(at) !== QUOTATION_MARK) return at;
  if (next === Next.InString) return endValue(at + 1);
  return endName(at);
}

function endName(at: usize): usize {
  if (isNotedLevel()) {
    // An escape may hide a name that matters.
    if (hasEscape) return at;
    store<i32>(noted(), positionOf(at + 1), NAME_END);
  }
  next = Next.NameSeparator;
  return readNameSeparator(at + 1);
}

function readNameSeparator(at: usize): usize {
  if (load<u8>(at) !== NAME_SEPARATOR) return at;
  next = Next.Value;
  return at + 1;
}

function beginContainer(at: usize, byte: u32): usize {
  if (depth === depthLimit) return at;
  store<u8>(levels + ++depth, <u8>byte);
  next = byte === BEGIN_OBJECT ? Next.FirstNameOrEnd : Next.FirstItemOrEnd;
  return at + 1;
}

function endContainer(at: usize): usize {
  depth--;
  return endValue(at + 1);
}

function endValue(behind: usize): usize {
  next = depth === 0 ? Next.Nothing : Next.SeparatorOrEnd;
  if (isNotedLevel()) store<i32>(noted(), positionOf(behind), VALUE_END);
  return behind;
}

/** Whether what is read now is part of a member that is noted. */
function isNotedLevel(): bool {
  return depth <= NOTED_LEVELS && load<u8>(levels + depth) === BEGIN_OBJECT;
}

/** The member that is read now, on a level that is noted. */
function noted(): usize {
  return depth === 1 ? outer : inner;
}

function positionOf(at: usize): i32 {
  return origin + <i32>at;
}

function behindSpace(start: usize): usize {
  let at = start;
  let byte: u32 = load<u8>(at);
  while (byte <= SPACE && (byte === SPACE || byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN)) {
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) lines = true;
    byte = load<u8>(++at);
  }
  return at;
}

/** @returns the address of the quotation mark that ends the string, or of what cannot be read in it */
function unreadInString(start: usize): usize {
  let at = start;
  let behind = start;
  while (behind !== 0) {
    at = behindUnescaped(behind);
    const byte: u32 = load<u8>(at);
    if (byte === ESCAPE) {
      behind = behindEscape(at);
      hasEscape = true;
    } else behind = byte > 0x7f ? behindBeyondAscii(at) : 0;
  }
  return at;
}

/** Behind what stands for itself in ASCII. The loop in which most of the time is spent: eight bytes in one go. */
function behindUnescaped(start: usize): usize {
  let at = start;
  let found = specialBytes(load<u64>(at));
  while (found === 0) {
    at += 8;
    found = specialBytes(load<u64>(at));
  }
  return at + (<usize>ctz(found) >> 3);
}

/**
 * @returns of each byte the highest bit, where it is below the space, a quotation mark, a backslash or beyond ASCII, which
 *   keeps that bit in one of the differences at least; what is borrowed from a byte makes that true of it wrongly, but only
 *   behind another of which it is true
 */
function specialBytes(bytes: u64): u64 {
  const below = bytes - SPACE * IN_EACH_BYTE;
  const quotationMark = (bytes ^ (QUOTATION_MARK * IN_EACH_BYTE)) - IN_EACH_BYTE;
  const backslash = (bytes ^ (ESCAPE * IN_EACH_BYTE)) - IN_EACH_BYTE;
  return (below | quotationMark | backslash) & (0x80 * IN_EACH_BYTE);
}

/** @returns 0 where it is no escape, or is cut */
function behindEscape(at: usize): usize {
  const escaped: u32 = load<u8>(at, 1);
  switch (escaped) {
    case 0x6e: // n
    case QUOTATION_MARK:
    case ESCAPE:
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x72: // r
    case 0x74: // t
      return at + 2;
    case 0x75: // u
      return isHex(load<u8>(at, 2)) && isHex(load<u8>(at, 3)) && isHex(load<u8>(at, 4)) && isHex(load<u8>(at, 5))
        ? at + 6
        : 0;
    default:
      return 0;
  }
}

/** @returns the address behind all characters beyond ASCII that stand here; 0 where the first is none, or is cut */
function behindBeyondAscii(start: usize): usize {
  let at = start;
  let behind = behindCharacter(at);
  while (behind !== 0 && load<u8>(behind) > 0x7f) {
    at = behind;
    behind = behindCharacter(at);
  }
  return behind !== 0 || at === start ? behind : at;
}

/** Of UTF-8, beyond ASCII. [RFC 3629, section 4] @returns 0 where it is none, or is cut */
function behindCharacter(at: usize): usize {
  const lead: u32 = load<u8>(at);
  const second: u32 = load<u8>(at, 1);
  if (lead < 0xc2 || lead > 0xf4 || !isTail(second)) return 0;
  if (lead < 0xe0) return at + 2;
  const third: u32 = load<u8>(at, 2);
  if (!isTail(third)) return 0;
  if (lead < 0xf0) {
    // Overlong forms, and halves of surrogate pairs.
    if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
    // U+2028 and U+2029.
    if (lead === 0xe2 && second === 0x80 && (third & 0xfe) === 0xa8) lines = true;
    return at + 3;
  }
  // Overlong forms, and what lies beyond U+10FFFF.
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0;
  return isTail(load<u8>(at, 3)) ? at + 4 : 0;
}

function isTail(byte: u32): bool {
  return (byte & 0xc0) === 0x80;
}

function isDigit(byte: u32): bool {
  return byte - ZERO <= 9;
}

function isHex(byte: u32): bool {
  return isDigit(byte) || (byte | 0x20) - SMALL_A <= SMALL_F - SMALL_A;
}

/** @returns 0 where it is no number */
function behindNumber(start: usize): usize {
  let at = load<u8>(start) === MINUS ? start + 1 : start;
  at = load<u8>(at) === ZERO ? at + 1 : behindDigits(at);
  if (at !== 0 && load<u8>(at) === DECIMAL_POINT) at = behindDigits(at + 1);
  if (at === 0 || (load<u8>(at) | 0x20) !== SMALL_E) return at;
  const sign: u32 = load<u8>(at, 1);
  return behindDigits(sign === PLUS || sign === MINUS ? at + 2 : at + 1);
}

/** @returns 0 where there is none */
function behindDigits(start: usize): usize {
  let at = start;
  while (isDigit(load<u8>(at))) at++;
  return at === start ? 0 : at;
}

/** @returns 0 where it is none, or is cut */
function behindLiteral(at: usize): usize {
  const word = load<u32>(at);
  if (word === TRUE || word === NULL) return at + 4;
  return load<u8>(at) === SMALL_F && load<u32>(at, 1) === ALSE ? at + 5 : 0;
}
