import { Failure, type Contour, type Roi, type StructureSet } from '../../../model/index.ts';
import type { Attributes } from './attributes.ts';
import { contextAttributes, type WriteContext } from './context.ts';
import { SopClassUid } from '../uids.ts';
import { writeDicom } from './writeDicom.ts';

/** Detached Study Management: the class by which structure sets name the study they belong to. */
const STUDY_CLASS = '1.2.840.10008.3.1.2.3.1';

export interface StructureSetOptions {
  readonly name: string;
  /** The images that the contours were drawn on. */
  readonly images: readonly {
    readonly seriesUid: string;
    readonly sopClass: string;
    readonly instances: readonly string[];
  }[];
  /** ROI Generation Algorithm: AUTOMATIC, SEMIAUTOMATIC, MANUAL or ''. */
  readonly algorithm?: string;
}

/** A structure set as an RT Structure Set file, UNAPPROVED (W9). Contour Data as they are, LPS mm. */
export function writeStructureSet(
  set: StructureSet,
  context: WriteContext,
  options: StructureSetOptions,
): Uint8Array {
  const classOf = new Map(
    options.images.flatMap((series) => series.instances.map((uid) => [uid, series.sopClass] as const)),
  );
  const frames =
    set.frameOfReferenceUids.length > 0 ? set.frameOfReferenceUids : [context.frameOfReferenceUid];
  return writeDicom(
    {
      ...contextAttributes(context, 'RTSTRUCT'),
      StructureSetLabel: set.label,
      StructureSetName: options.name,
      StructureSetDate: context.made.date,
      StructureSetTime: context.made.time,
      // All images are listed under the first frame: the model does not say which belongs to which.
      ReferencedFrameOfReferenceSequence: frames.map((uid, n) => ({
        FrameOfReferenceUID: uid,
        RTReferencedStudySequence:
          n > 0 || options.images.length === 0
            ? undefined
            : [
                {
                  ReferencedSOPClassUID: STUDY_CLASS,
                  ReferencedSOPInstanceUID: context.study.uid,
                  RTReferencedSeriesSequence: options.images.map((series) => ({
                    SeriesInstanceUID: series.seriesUid,
                    ContourImageSequence: series.instances.map((instance) =>
                      reference(series.sopClass, instance),
                    ),
                  })),
                },
              ],
      })),
      StructureSetROISequence: set.rois.map((roi) => ({
        ROINumber: roi.number,
        ReferencedFrameOfReferenceUID: roi.frameOfReferenceUid ?? frames[0],
        ROIName: roi.name,
        ROIGenerationAlgorithm: options.algorithm ?? '',
      })),
      ROIContourSequence: set.rois.map((roi) => roiContours(roi, classOf)),
      RTROIObservationsSequence: set.rois.map((roi, n) => ({
        ObservationNumber: n + 1,
        ReferencedROINumber: roi.number,
        RTROIInterpretedType: roi.type,
        ROIInterpreter: '',
      })),
      ApprovalStatus: 'UNAPPROVED',
    },
    { sopClass: SopClassUid.RtStructureSet, instance: set.sopInstanceUid },
  );
}

const reference = (sopClass: string, instance: string): Attributes => ({
  ReferencedSOPClassUID: sopClass,
  ReferencedSOPInstanceUID: instance,
});

const roiContours = (roi: Roi, classOf: ReadonlyMap<string, string>): Attributes => ({
  ROIDisplayColor: roi.colour ?? undefined,
  ReferencedROINumber: roi.number,
  ContourSequence:
    roi.contours.length === 0
      ? undefined
      : roi.contours.map((contour, n) => contourItem(contour, n + 1, roi, classOf)),
});

function contourItem(
  contour: Contour,
  number: number,
  roi: Roi,
  classOf: ReadonlyMap<string, string>,
): Attributes {
  if (contour.points.length === 0 || contour.points.length % 3 !== 0) {
    throw new Failure(
      'INPUT_NOT_USABLE',
      `Contour ${number} of ${roi.name} has no whole points; delete it before writing.`,
    );
  }
  const image = contour.referencedImageUid;
  const sopClass = image === null ? undefined : classOf.get(image);
  return {
    ContourImageSequence: image === null || sopClass === undefined ? undefined : [reference(sopClass, image)],
    ContourGeometricType: contour.type,
    NumberOfContourPoints: contour.points.length / 3,
    ContourNumber: number,
    ContourData: contour.points,
  };
}
