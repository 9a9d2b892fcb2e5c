/** One thing that the doctor looked at. */
export interface HealthCheck {
  name: string;
  /** A warning stops nothing. */
  state: 'ok' | 'warning' | 'fault' | 'skipped';
  /** What is there, without a secret. */
  found: string;
  /** What to do, for a fault or a warning. */
  mend: string | null;
}

export const ok = (name: string, found: string): HealthCheck => ({ name, state: 'ok', found, mend: null });
export const fault = (name: string, found: string, mend: string): HealthCheck => ({
  name,
  state: 'fault',
  found,
  mend,
});
export const warning = (name: string, found: string, mend: string): HealthCheck => ({
  name,
  state: 'warning',
  found,
  mend,
});
export const skipped = (name: string, found: string): HealthCheck => ({ name, state: 'skipped', found, mend: null });
