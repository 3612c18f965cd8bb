/** Why the system does not give a file, as the end of a sentence. */
export function whyUnreadable(code: string, gone: string): string {
  switch (code) {
    case 'ENOENT':
      return gone;
    case 'EACCES':
    case 'EPERM':
      return 'it may not be read';
    case 'ENAMETOOLONG':
      return 'its path is too long for this system; move it to a folder with a shorter one';
    default:
      return `the system says ${code || 'no more'}`;
  }
}
