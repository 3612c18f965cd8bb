import type { Command } from '../../app/commands.svelte.ts';
import type { Shell } from '../../app/shell.svelte.ts';
import type { LibraryState } from './library.svelte.ts';

/** What the window asks a person for before an import. */
interface Imports {
  importFolder(): void;
  importFiles(): void;
}

export const libraryCommands = (
  shell: Shell,
  library: LibraryState,
  imports: Imports,
): readonly Command[] => [
  {
    id: 'library.import',
    title: 'Import a folder',
    group: 'Library',
    icon: 'folder',
    keys: ['Ctrl+I'],
    run: imports.importFolder,
  },
  {
    id: 'library.import.files',
    title: 'Import files or a zip archive',
    group: 'Library',
    icon: 'file',
    run: imports.importFiles,
  },
  {
    id: 'library.demo',
    title: 'Open the demo patient',
    group: 'Library',
    icon: 'patient',
    words: 'example import',
    run: () => library.importDemo(),
  },
  {
    id: 'library.search',
    title: 'Search the library',
    group: 'Library',
    icon: 'search',
    keys: ['Ctrl+F', '/'],
    run: () => document.querySelector<HTMLInputElement>('.library-search input')?.focus(),
  },
  {
    id: 'library.review',
    title: 'Review what is selected',
    group: 'Library',
    icon: 'review',
    keys: ['Enter'],
    unavailable: () => (library.selected?.uid ? null : 'nothing is selected'),
    run: () => (library.selected ? library.open(library.selected) : undefined),
  },
  {
    id: 'library.trash',
    title: 'Patient to the trash',
    group: 'Library',
    icon: 'trash',
    keys: ['Delete'],
    unavailable: () => (library.selected ? null : 'nothing is selected'),
    run: () => (library.selected ? library.toTrash('patient', library.selected.patient.key) : undefined),
  },
  {
    id: 'library.verify',
    title: 'Check the library',
    group: 'Library',
    icon: 'storage',
    words: 'verify hashes',
    run: () => shell.verifyLibrary(),
  },
  {
    id: 'library.backup',
    title: 'Back up the library…',
    group: 'Library',
    icon: 'storage',
    words: 'save export archive tar',
    run: () => shell.backupLibrary(),
  },
  {
    id: 'library.restore',
    title: 'Restore a backup…',
    group: 'Library',
    icon: 'restore',
    words: 'archive tar',
    run: () => void (library.asking = 'restore'),
  },
  {
    id: 'library.libraries',
    title: 'Libraries…',
    group: 'Library',
    icon: 'library',
    words: 'restored backup switch other go back',
    run: () => void (library.asking = 'libraries'),
  },
  {
    id: 'library.trash.show',
    title: 'Show the trash',
    group: 'Library',
    icon: 'trash',
    run: () => void (library.filter = 'trash'),
  },
  {
    id: 'library.trash.empty',
    title: 'Empty the trash…',
    group: 'Library',
    icon: 'trash',
    unavailable: () => (library.trash.length > 0 ? null : 'the trash is empty'),
    run: () => library.askToEmptyTrash(),
  },
];
