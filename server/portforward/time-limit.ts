/** Waits for a promise, but not for ever. The promise may settle later; what it says then is dropped. */
export function withTimeLimit<T>(promise: Promise<T>, limitMs: number, expired: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(expired()), limitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
