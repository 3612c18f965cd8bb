import { describe, expect, it } from 'vitest';
import { createGate } from './gate.ts';

const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

describe('H14: the gate', () => {
  it('lets all in while it is open, and waits until they are out before it works', async () => {
    const gate = createGate();
    const order: string[] = [];
    const inside = Promise.withResolvers<undefined>();
    const first = gate.through(async () => {
      await inside.promise;
      order.push('first');
    });
    const exchanged = gate.shutFor(async () => {
      order.push('exchange');
      await moment();
    });
    const late = gate.through(async () => void order.push('late'));
    await moment();
    expect(order).toEqual([]);
    inside.resolve(undefined);
    await Promise.all([first, exchanged, late]);
    expect(order).toEqual(['first', 'exchange', 'late']);
  });

  it('opens again, whatever went wrong', async () => {
    const gate = createGate();
    await expect(gate.shutFor(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await expect(gate.through(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await gate.through(async () => 1)).toBe(1);
    expect(await gate.shutFor(async () => 2)).toBe(2);
  });

  it('gives up where something does not come out, and lets in who waited', async () => {
    const gate = createGate(20);
    const inside = Promise.withResolvers<undefined>();
    const first = gate.through(() => inside.promise);
    const exchanged = gate.shutFor(async () => 1);
    const late = gate.through(async () => 2);
    await expect(exchanged).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await late).toBe(2);
    inside.resolve(undefined);
    await first;
  });

  it('is shut by one at a time', async () => {
    const gate = createGate();
    const first = gate.shutFor(moment);
    await expect(gate.shutFor(moment)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await first;
  });
});
