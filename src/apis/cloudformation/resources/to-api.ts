import { readSchemaFile, shapeBySchema, type Schema, type SchemaFile } from '../../../lib/schema-shape.ts';
import type { JsonMap } from '../../../model/stack.ts';

/** Members that CloudFormation names otherwise than the API, by their name in lower case. */
const RENAMED: Readonly<Record<string, string>> = {
  clustersettings: 'settings',
  placementstrategies: 'placementStrategy',
  proxyconfigurationproperties: 'properties',
};

/**
 * A type's properties as the input of an action: members as the API spells them, texts as the numbers and booleans that
 * they stand for. Keys of maps, such as labels and options, stay as they are.
 */
export type ToApi = (service: string, request: string, properties: JsonMap) => Record<string, unknown>;

/** Reads the generated schemas, each when it is first needed. */
export function createToApi(): ToApi {
  const files = new Map<string, SchemaFile>();
  const fileOf = (service: string): SchemaFile => {
    const file = files.get(service) ?? readSchemaFile(service);
    files.set(service, file);
    return file;
  };
  return (service, request, properties) => {
    const file = fileOf(service);
    const schema = file.definitions[request];
    if (!schema) throw new Error(`${request} is not in the schemas of ${service}`);
    return shapeBySchema(properties, schema, file, memberNamed) as Record<string, unknown>;
  };
}

/** `EFSVolumeConfiguration` is `efsVolumeConfiguration`: case is all that differs. */
function memberNamed(properties: Readonly<Record<string, Schema>>, name: string): string | undefined {
  if (Object.hasOwn(properties, name)) return name;
  const lower = name.toLowerCase();
  const found = Object.keys(properties).find((member) => member.toLowerCase() === lower);
  const renamed = RENAMED[lower];
  return found ?? (renamed !== undefined && Object.hasOwn(properties, renamed) ? renamed : undefined);
}
