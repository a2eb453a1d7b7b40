/** A type of the browser that the SDK's declarations name; Node has it from undici. */
type HeadersInit = import('undici').HeadersInit;
