/** The day of a moment in a time zone, ISO: letters and what is published beside them are dated where the controller is. */
export function dayIn(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone }).format(at);
}
