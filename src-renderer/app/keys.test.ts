import { describe, expect, it, vi } from 'vitest';
import { Commands, type Command } from './commands.svelte.ts';
import { keyLabel, keyOf } from './keys.ts';

const press = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('names of keys', () => {
  it('names letters by their capital, and Command as Ctrl', () => {
    expect(keyOf(press('z', { ctrlKey: true, shiftKey: true }))).toBe('Ctrl+Shift+Z');
    expect(keyOf(press('k', { metaKey: true }))).toBe('Ctrl+K');
  });
  it('does not name Shift twice where the sign already shows it', () => {
    expect(keyOf(press('?', { shiftKey: true }))).toBe('?');
    expect(keyOf(press('F6', { shiftKey: true }))).toBe('Shift+F6');
  });
  it('waits while only a modifier is held', () =>
    expect(keyOf(press('Control', { ctrlKey: true }))).toBeNull());
  it('shows a plus sign as a key of its own', () => expect(keyLabel('Ctrl++')).toBe('Ctrl +'));
});

describe('commands', () => {
  const command = (id: string, keys: readonly string[], run = vi.fn()): Command => ({
    id,
    title: id,
    group: 'Test',
    keys,
    run,
  });
  const event = (key: string): KeyboardEvent => new KeyboardEvent('keydown', { key });

  it('a key given to one command is taken from the other', () => {
    const commands = new Commands(vi.fn());
    commands.register([command('a', ['D']), command('b', ['S'])]);
    commands.bind('b', 'D');
    expect(commands.match(event('d'))?.id).toBe('b');
    expect(commands.match(event('s'))).toBeNull();
    expect(commands.keyOf('a')).toBeUndefined();
  });

  it('commands go with their workspace', () => {
    const commands = new Commands(vi.fn());
    const remove = commands.register([command('a', ['D'])]);
    remove();
    expect(commands.match(event('d'))).toBeNull();
  });

  it('does not run what is not available, and tells what fails', async () => {
    const failed = vi.fn();
    const commands = new Commands(failed);
    const idle = vi.fn();
    commands.register([
      { ...command('idle', []), unavailable: () => 'no image is open', run: idle },
      { ...command('bad', []), run: () => Promise.reject(new Error('no')) },
    ]);
    commands.run('idle');
    commands.run('bad');
    await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
    expect(idle).not.toHaveBeenCalled();
  });
});
