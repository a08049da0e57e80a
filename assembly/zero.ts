/** zero is the zero value of a type: 0, false or, for an object, null, which must then never be read as if it were one. */
export function zero<T>(): T {
  if (isReference<T>()) return changetype<T>(0);
  else return <T>0;
}
