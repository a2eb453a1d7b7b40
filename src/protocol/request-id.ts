/** The name that the far end gives a request, for its support to find it by: short and plain, or none. */
export function soundRequestId(id: string | undefined): string | undefined {
  return id !== undefined && /^[\w.:-]{1,128}$/.test(id) ? id : undefined;
}
