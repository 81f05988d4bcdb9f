import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What an SDK package's type declarations tell and its runtime schemas do not. */
export type Declarations = {
  readonly structures: ReadonlySet<string>;
  /** Name of the enumeration by `Structure.member`, `Structure.member[]` for elements, `Structure.member{}` for map values. */
  readonly enumOf: ReadonlyMap<string, string>;
  /** Values of an enumeration by its name. */
  readonly values: ReadonlyMap<string, readonly string[]>;
};

/** Reads the declarations in an SDK package's `dist-types/models`. */
export function readDeclarations(modelsFolder: string): Declarations {
  const sources = readdirSync(modelsFolder)
    .filter((name) => name.endsWith('.d.ts'))
    .sort()
    .map((name) =>
      ts.createSourceFile(name, readFileSync(join(modelsFolder, name), 'utf8'), ts.ScriptTarget.Latest),
    );
  const statements = sources.flatMap(({ statements }) => [...statements]);
  const values = new Map(statements.flatMap(readEnum));
  const structures = new Set<string>();
  const enumOf = new Map<string, string>();
  for (const { name, members } of statements.flatMap(readStructure)) {
    structures.add(name);
    for (const member of members) {
      if (ts.isPropertySignature(member) && member.type && ts.isIdentifier(member.name)) {
        for (const [path, type] of typeNames(member.type, `${name}.${member.name.text}`)) {
          if (values.has(type)) enumOf.set(path, type);
        }
      }
    }
  }
  return { structures, enumOf, values };
}

/** `export declare const LaunchType: { readonly EC2: "EC2"; … };` */
function readEnum(statement: ts.Statement): [string, string[]][] {
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, type }): [string, string[]][] => {
    if (!ts.isIdentifier(name) || !type || !ts.isTypeLiteralNode(type)) return [];
    const values = type.members.flatMap((member) => {
      const value = ts.isPropertySignature(member) ? member.type : undefined;
      return value && ts.isLiteralTypeNode(value) && ts.isStringLiteral(value.literal)
        ? [value.literal.text]
        : [];
    });
    return values.length > 0 ? [[name.text, values]] : [];
  });
}

type Structure = { readonly name: string; readonly members: readonly ts.TypeElement[] };

/** A structure is an interface; a union is a namespace with an interface for each of its members. */
function readStructure(statement: ts.Statement): Structure[] {
  if (ts.isInterfaceDeclaration(statement))
    return [{ name: statement.name.text, members: statement.members }];
  if (!ts.isModuleDeclaration(statement) || !statement.body || !ts.isModuleBlock(statement.body)) return [];
  const name = statement.name.text;
  return statement.body.statements
    .filter(ts.isInterfaceDeclaration)
    .map(({ members }) => ({ name, members }));
}

/** The names that a type is made of, with the place each has in the member. */
function typeNames(type: ts.TypeNode, path: string): [string, string][] {
  if (ts.isUnionTypeNode(type)) return type.types.flatMap((part) => typeNames(part, path));
  if (ts.isParenthesizedTypeNode(type)) return typeNames(type.type, path);
  if (ts.isArrayTypeNode(type)) return typeNames(type.elementType, `${path}[]`);
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return [];
  const [, value] = type.typeArguments ?? [];
  return value ? typeNames(value, `${path}{}`) : [[path, type.typeName.text]];
}
