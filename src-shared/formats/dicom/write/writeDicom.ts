import type { Attributes } from './attributes.ts';
import { derivedUid } from './derivedUid.ts';
import { TransferSyntaxUid } from '../uids.ts';
import { encodeDataSet } from './encode.ts';

const IMPLEMENTATION_CLASS_UID = derivedUid('Fluence', 'implementation class');
const IMPLEMENTATION_VERSION = 'FLUENCE_1';

/**
 * A DICOM Part 10 file (W1 to W6).
 * @throws Failure INPUT_NOT_USABLE where a value does not fit its attribute, or the transfer syntax asked for.
 */
export function writeDicom(
  attributes: Attributes,
  file: {
    readonly sopClass: string;
    readonly instance: string;
    /** Explicit little endian, or implicit where a value needs it, unless given. */
    readonly transferSyntax?:
      typeof TransferSyntaxUid.ExplicitVRLittleEndian | typeof TransferSyntaxUid.ImplicitVRLittleEndian;
  },
): Uint8Array {
  const wanted =
    file.transferSyntax === undefined
      ? null
      : file.transferSyntax === TransferSyntaxUid.ExplicitVRLittleEndian
        ? 'explicit'
        : 'implicit';
  const { bytes: body, encoding } = encodeDataSet(
    {
      SpecificCharacterSet: 'ISO_IR 192',
      ...attributes,
      SOPClassUID: file.sopClass,
      SOPInstanceUID: file.instance,
    },
    wanted,
  );
  const meta = metaGroup({
    FileMetaInformationVersion: new Uint8Array([0, 1]),
    MediaStorageSOPClassUID: file.sopClass,
    MediaStorageSOPInstanceUID: file.instance,
    TransferSyntaxUID:
      encoding === 'explicit'
        ? TransferSyntaxUid.ExplicitVRLittleEndian
        : TransferSyntaxUid.ImplicitVRLittleEndian,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION,
  });
  const bytes = new Uint8Array(132 + meta.length + body.length);
  bytes.set([0x44, 0x49, 0x43, 0x4d], 128);
  bytes.set(meta, 132);
  bytes.set(body, 132 + meta.length);
  return bytes;
}

/** The meta group, preceded by its length. */
function metaGroup(attributes: Attributes): Uint8Array {
  const rest = encodeDataSet(attributes, 'explicit').bytes;
  const length = encodeDataSet({ FileMetaInformationGroupLength: rest.length }, 'explicit').bytes;
  const meta = new Uint8Array(length.length + rest.length);
  meta.set(length);
  meta.set(rest, length.length);
  return meta;
}
