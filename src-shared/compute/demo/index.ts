export { readDemoDefinition, type DemoDefinition } from './definition.ts';
export { makeDemoPatient, type DemoPatient } from './makeDemoPatient.ts';
