import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readNumber, stepNumber } from './numberEntry.ts';
import NumberField from './NumberField.svelte';

describe('what a person types', () => {
  it('takes comma, point, the true minus and the unit', () => {
    expect(readNumber(' 7,5 mm ', { unit: 'mm' })).toEqual({ value: 7.5 });
    expect(readNumber('−3')).toEqual({ value: -3 });
    expect(readNumber('.5')).toEqual({ value: 0.5 });
  });
  it('answers what it cannot take with a sentence', () => {
    expect(readNumber('7 5')).toEqual({ error: 'Type a number.' });
    expect(readNumber('1e9')).toEqual({ error: 'Type a number.' });
    expect(readNumber('60', { maximum: 50, unit: 'mm' })).toEqual({ error: 'Not more than 50 mm.' });
    expect(readNumber('-1', { minimum: 0 })).toEqual({ error: 'Not less than 0.' });
  });
  it('steps on the lattice of the step, without the dust of binary fractions', () => {
    expect(stepNumber(0.3, 0.1, 1)).toBe(0.4);
    expect(stepNumber(7.3, 0.5, 1)).toBe(7.5);
    expect(stepNumber(7.3, 0.5, -1)).toBe(7);
    expect(stepNumber(50, 1, 1, { maximum: 50 })).toBe(50);
  });
});

describe('the field', () => {
  afterEach(cleanup);
  const field = (): HTMLInputElement => screen.getByRole('textbox');

  it('commits on Enter, once', async () => {
    const onchange = vi.fn();
    render(NumberField, { value: 7, label: 'Margin', unit: 'mm', minimum: 0, maximum: 50, onchange });
    await fireEvent.input(field(), { target: { value: '9,5' } });
    expect(onchange).not.toHaveBeenCalled();
    await fireEvent.keyDown(field(), { key: 'Enter' });
    expect(onchange).toHaveBeenCalledExactlyOnceWith(9.5);
    expect(field().value).toBe('9.5');
  });

  it('keeps a wrong entry in sight with its sentence, and Escape gives the value back', async () => {
    const onchange = vi.fn();
    render(NumberField, { value: 7, label: 'Margin', unit: 'mm', maximum: 50, onchange });
    await fireEvent.input(field(), { target: { value: '90' } });
    await fireEvent.keyDown(field(), { key: 'Enter' });
    expect(screen.getByRole('alert').textContent).toBe('Not more than 50 mm.');
    expect(field().value).toBe('90');
    await fireEvent.keyDown(field(), { key: 'Escape' });
    expect(field().value).toBe('7.0');
    expect(onchange).not.toHaveBeenCalled();
  });
});
