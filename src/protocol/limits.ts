/**
 * Limits on what a client, a server or a workspace can make the bridge hold or do. SECURITY.md has the same table, with what
 * happens beyond each limit; a test compares the two.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Nesting of arrays and objects in a message. */
export const DEPTH_LIMIT = 10_000;
/** Values in a text that is parsed: each takes some 50 bytes then, and may take two in the text. */
export const VALUES_LIMIT = 1_000_000;
/** Messages in a batch. */
export const BATCH_LIMIT = 1_000;
/** Length of an id, a session id, an event id or the name of a tool that is kept. */
export const KEPT_TEXT_CHARS = 1_024;

/** Length of the cursor of a list that the bridge reads on. */
export const CURSOR_CHARS: number = 64 * KIB;
/** Tools of which something is kept. */
export const KEPT_TOOLS = 20_000;
/** Schemas in one tool, headers that one tool may ask for, and depth of an argument with a header. */
export const SCHEMAS = 100_000;
export const PARAM_HEADERS = 64;
export const PARAM_LEVELS = 64;

/** Length of a line of the client. */
export const LINE_BYTES: number = 64 * MIB;
/** Lines of the client that were read but not handled, from which on stdin is not read. */
export const UNREAD_LINES_BYTES: number = 256 * KIB;
/** Text of messages that wait for their turn, in UTF-16 units, from which on stdin is not read. */
export const WAITING_MESSAGES_CHARS: number = 64 * MIB;
/** Text of messages of the client that are with the server. */
export const SENT_MESSAGES_BYTES: number = 64 * MIB;
/** Requests of the client that are with the server at a time. */
export const REQUESTS_IN_FLIGHT = 64;
/** Notifications and responses of the client that are on their way at a time. */
export const POSTS_IN_FLIGHT = 8;

/** Bytes of a response after decompression; in an event stream, bytes since the last message. */
export const RESPONSE_BYTES: number = 64 * MIB;
/** Chunks of a response; in an event stream, chunks since the last message. Sixteen tiny ones may count as one. */
export const RESPONSE_CHUNKS: number = 256 * KIB;
/** Lines of an event stream without a known field since the last message. */
export const UNKNOWN_LINES = 1_024;
/** Bytes of all responses together, and those that one response may take beyond them. */
export const HELD_RESPONSES_BYTES: number = 32 * MIB;
export const RESERVE_BYTES: number = 64 * MIB;
/** Bytes of each message and of each response that do not count for the totals. */
export const FREE_BYTES: number = 64 * KIB;
/** Time that a call waits for room in a total. */
export const ROOM_WAIT_MS = 10_000;
/** Bytes and chunks of a response of the workspace's own API. */
export const WORKSPACE_RESPONSE_BYTES: number = 4 * MIB;
export const WORKSPACE_RESPONSE_CHUNKS: number = 64 * KIB;
/** Bytes of a response that were received but not read, from which on its connection is not read. */
export const UNREAD_RESPONSE_BYTES: number = 256 * KIB;
/** Responses in one HTTP response whose id is not the one of the request. */
export const FOREIGN_RESPONSES = 1_024;
/** Text of such responses that is held until the HTTP response ends. */
export const FOREIGN_RESPONSE_CHARS: number = 16 * MIB;

/** Requests of the server that the client has not answered. */
export const OPEN_SERVER_REQUESTS = 64;
/** The same, where a tool policy checks that a response of the client answers one of them. */
export const REMEMBERED_SERVER_REQUESTS = 1_000;
/** Time after which an unanswered request of the server is dropped. */
export const SERVER_REQUEST_MS: number = 10 * 60_000;
/** Refusals of further requests of the server that are sent at once. */
export const REFUSALS_AT_ONCE = 256;
/** Refusals that are sent in the long run. */
export const REFUSALS_PER_SECOND = 16;
