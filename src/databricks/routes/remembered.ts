/**
 * What is made of an object, made again only for another object: all calls of a session show the same credential and the
 * same headers, and what a route makes of those costs more than the rest of the envelope.
 */
export function remembered<From extends object, Made>(make: (from: From) => Made): (from: From) => Made {
  let last: { readonly from: From; readonly made: Made } | undefined;
  return (from) => {
    if (last?.from !== from) last = { from, made: make(from) };
    return last.made;
  };
}
