/** Stops the server that the set-up started. */
export default async function globalTeardown() {
  await globalThis.testServer?.stop();
}
