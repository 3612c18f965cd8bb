import type { FindingCode } from '../../../src-shared/model/index.ts';

const ADVICE: Partial<Record<FindingCode, string>> = {
  NOT_DICOM: 'Nothing to do if it is not part of the study.',
  FILE_EMPTY: 'Copy or export the file again.',
  FILE_TRUNCATED: 'Copy or export the file again; the copy you have ends too early.',
  FILE_UNREADABLE: 'See that the file is there and may be read, then import again.',
  FILE_MALFORMED: 'Export the file again from the system that made it.',
  FILE_TOO_LARGE: 'Export it as single-frame images.',
  TRANSFER_SYNTAX_UNSUPPORTED: 'Export it uncompressed (Explicit VR Little Endian).',
  PIXEL_DATA_MISSING: 'Export the image again with its pixels.',
  PIXEL_DATA_MALFORMED: 'Export the image again, uncompressed if possible.',
  REQUIRED_TAG_MISSING: 'Export the object again from the system that made it.',
  VALUE_INVALID: 'Export the object again from the system that made it.',
  LINK_NOT_FOLLOWED: 'Import what the link leads to.',
  DICOMDIR_ESCAPES: 'Import the files themselves instead of this directory.',
  DIRECTORY_FILE: 'Nothing to do: the files themselves are read.',
  ARCHIVE_MALFORMED: 'Copy or pack the archive again.',
  ARCHIVE_PATH_ESCAPES: 'Do not trust this archive; ask its sender for another.',
  ARCHIVE_ENCRYPTED: 'Unpack it with its password and import the folder.',
  ARCHIVE_NESTED: 'Unpack the inner archive and import its folder.',
  ARCHIVE_LIMIT: 'Unpack it yourself if you trust it and import the folder.',
  ARCHIVE_LINK: 'Unpack it yourself if you trust it and import the folder.',
  DUPLICATE_SOP_INSTANCE_CONFLICT:
    'Find out which file is right and import only that one; move what the library holds to the trash first if it is the wrong one.',
};

/** What a person can do about a refusal or repair; '' where there is nothing to do. */
export const adviceFor = (code: FindingCode): string => ADVICE[code] ?? '';
