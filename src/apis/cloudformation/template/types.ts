/*
 * The nouns of CloudFormation's template language. Everything that a template names lies in maps, so that no name of a
 * user's (`__proto__`, `constructor`) is ever a property of an object of ours.
 */

export type JsonValue = string | number | boolean | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

/** A template of the right form. Functions in it are unresolved JSON: `{ "Ref": "X" }`, also where YAML had `!Ref X`. */
export type Template = {
  readonly description: string | undefined;
  readonly metadata: JsonObject | undefined;
  /** Names of `Transform`, in order. */
  readonly transforms: readonly string[];
  readonly parameters: ReadonlyMap<string, ParameterDeclaration>;
  /** Map name, then top-level key, then second-level key. */
  readonly mappings: Mappings;
  readonly conditions: ReadonlyMap<string, JsonValue>;
  readonly rules: ReadonlyMap<string, RuleDeclaration>;
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly outputs: ReadonlyMap<string, OutputDeclaration>;
  /** The whole template as JSON, as GetTemplate shows a processed one. */
  readonly document: JsonObject;
};

export type Mappings = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, JsonValue>>>;

export type ParameterDeclaration = {
  readonly type: string;
  readonly description: string | undefined;
  readonly defaultValue: string | undefined;
  readonly noEcho: boolean;
  readonly allowedValues: readonly string[] | undefined;
  readonly allowedPattern: string | undefined;
  readonly constraintDescription: string | undefined;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly minValue: number | undefined;
  readonly maxValue: number | undefined;
};

/** DeletionPolicy and UpdateReplacePolicy. The default of DeletionPolicy is Delete for almost every type. */
export type RetentionPolicy = 'Delete' | 'Retain' | 'Snapshot' | 'RetainExceptOnCreate';

export type ResourceDeclaration = {
  readonly type: string;
  readonly properties: JsonObject;
  readonly condition: string | undefined;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: RetentionPolicy | undefined;
  readonly updateReplacePolicy: RetentionPolicy | undefined;
  readonly creationPolicy: JsonObject | undefined;
  readonly updatePolicy: JsonObject | undefined;
  readonly metadata: JsonObject | undefined;
};

export type OutputDeclaration = {
  readonly value: JsonValue;
  readonly description: string | undefined;
  readonly condition: string | undefined;
  readonly exportName: JsonValue | undefined;
};

export type RuleDeclaration = {
  readonly condition: JsonValue | undefined;
  readonly assertions: readonly { readonly assert: JsonValue; readonly description: string | undefined }[];
};

/** What `AWS::AccountId` and the other pseudo parameters are; `AWS::NoValue` needs no value. */
export type PseudoParameters = {
  readonly accountId: string;
  readonly region: string;
  /** `aws` */
  readonly partition: string;
  /** `amazonaws.com` */
  readonly urlSuffix: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly notificationArns: readonly string[];
};

export type ResolvedParameter = {
  /** As it was given or by default: what DescribeStacks shows, `****` aside. */
  readonly text: string;
  /** What the SSM parameter holds that `text` names, for types `AWS::SSM::Parameter::Value<…>`: ResolvedValue. */
  readonly ssmValue: string | undefined;
  /** What `Ref` gives. */
  readonly value: string | readonly string[];
  readonly noEcho: boolean;
};
export type ResolvedParameters = ReadonlyMap<string, ResolvedParameter>;

/** What is known of something that a template refers to. */
export type Lookup =
  | { readonly kind: 'known'; readonly value: JsonValue }
  /** It will be known once a resource is made, as in a change set. */
  | { readonly kind: 'notYetKnown' }
  | { readonly kind: 'missing' };

export type StackOutput = {
  readonly stackName: string;
  readonly outputName: string;
  readonly region: string;
  readonly accountId: string;
};

/** What evaluation asks of the world. All answers are at hand: nothing here waits. */
export type Surroundings = {
  /** `Ref` of a resource: its physical id mostly. */
  readonly refOf: (logicalId: string) => Lookup;
  /** `Fn::GetAtt`; `missing` when its type has no such attribute. */
  readonly attributeOf: (logicalId: string, attribute: string) => Lookup;
  /** `Fn::ImportValue`, an export of another stack of the account and region. */
  readonly exportOf: (name: string) => Lookup;
  /** `Fn::GetStackOutput`, an output of another stack, of another region or account too. */
  readonly stackOutputOf: (output: StackOutput) => Lookup;
  /** `Fn::GetAZs`; empty for a region that there is not. */
  readonly availabilityZonesOf: (region: string) => readonly string[];
};

/** A template with its parameters: conditions decided, rules kept, transforms applied, references and order checked. */
export type PreparedTemplate = {
  /** After its transforms. */
  readonly template: Template;
  readonly parameters: ResolvedParameters;
  readonly pseudo: PseudoParameters;
  readonly conditions: ReadonlyMap<string, boolean>;
  /** Those whose condition holds, each after all that it depends on. */
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  /** Those whose condition holds. */
  readonly outputs: ReadonlyMap<string, OutputDeclaration>;
  /** What each resource depends on directly, by functions and DependsOn; every resource has an entry. */
  readonly dependencies: ReadonlyMap<string, ReadonlySet<string>>;
  /** The attributes of a resource that the others and the outputs read, sorted. */
  readonly reads: ReadonlyMap<string, readonly string[]>;
  /** See Pins. */
  readonly pins?: Readonly<Record<string, number>>;
};

/** A value without any function. */
export type Evaluation = {
  /** `{{changeSet:KNOWN_AFTER_APPLY}}` stands where something is not yet known. Dynamic references are still in it. */
  readonly value: JsonValue;
  /** Where it stands, as paths of keys and indexes; empty when all is known. */
  readonly unknownPaths: readonly (readonly string[])[];
};
