/** A promise that is settled from outside. */

/** The promise and what settles it. Why not `Promise.withResolvers`: Node has it from version 22 on. */
export function deferred<T>(): PromiseWithResolvers<T> {
  let resolve: PromiseWithResolvers<T>["resolve"] = (): void => {};
  let reject: PromiseWithResolvers<T>["reject"] = (): void => {};
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
