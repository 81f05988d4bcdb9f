import type { Json } from '../../../model/stack.ts';

/**
 * What stands in for a resource that nothing is made for. Texts may hold `{id}` (the physical id), `{account}`,
 * `{region}`, `{stack}`, `{name}` (the property that names it, else a generated name), `{hex8}`, `{HEX16}`… (stable
 * letters), and properties: `{Path}`, or `{Path|/}` with what it is when it is not there. A text that is only `{!Name}`
 * is the property as it is, list or map.
 */
export type RecordedType = {
  readonly id: string;
  readonly attributes?: Readonly<Record<string, Json>>;
  /** The property with its name: another one is another resource. */
  readonly name?: string;
  /** Longest generated name. */
  readonly nameLength?: number;
  /** What a person should know who looks for it. */
  readonly lacks?: string;
};

const arn = (service: string, rest: string): string => `arn:aws:${service}:{region}:{account}:${rest}`;
const iamArn = (rest: string): string => `arn:aws:iam::{account}:${rest}`;
const ec2 = (prefix: string, attributes: Readonly<Record<string, Json>> = {}): RecordedType => ({
  id: `${prefix}-0{hex16}`,
  attributes,
});
const plain: RecordedType = { id: '{name}' };
const named = (
  name: string,
  attributes: Readonly<Record<string, Json>> = {},
  more: Partial<RecordedType> = {},
): RecordedType => ({ id: '{name}', name, attributes, ...more });
const byArn = (id: string, name?: string, more: Partial<RecordedType> = {}): RecordedType => ({
  id,
  ...(name !== undefined && { name }),
  ...more,
  attributes: { Arn: '{id}', ...more.attributes },
});

const NO_TRAFFIC =
  'no traffic is balanced here: reach the tasks at the ports that they publish, or by their names.';
const NO_CODE = 'its code does not run here.';
const NO_SERVICE = 'nothing answers for it here; an upstream (UPSTREAM_ENDPOINT_URL) that can make it would.';
const NO_DNS = 'no name is served here: tasks reach each other by the names of their services.';
const NO_MACHINE = 'no machine is started: tasks run on this one.';

/**
 * Types that CloudFormation has and that are not recorded: a stack without what they make would not be the app that its
 * template describes.
 */
const NO_TASKS = 'it runs tasks, and nothing here would.';
const NO_STACKS = 'it makes resources of its own, and nothing here would.';
export const REFUSED_TYPES: Readonly<Record<string, string>> = {
  'AWS::ECS::Daemon': NO_TASKS,
  'AWS::ECS::DaemonTaskDefinition': NO_TASKS,
  'AWS::ECS::ExpressGatewayService': NO_TASKS,
  'AWS::CloudFormation::StackSet': NO_STACKS,
  'AWS::ServerlessRepo::Application': NO_STACKS,
  'AWS::ServiceCatalog::CloudFormationProvisionedProduct': NO_STACKS,
};

/** Every type that only needs to be there, and that the rows made of CloudFormation's specification do not fit. Source of ids and attributes: CloudFormation's template reference. */
// A row a type, as long as it may be.
// prettier-ignore
export const RECORDED_TYPES: Readonly<Record<string, RecordedType>> = {
  // VPC and its parts
  'AWS::EC2::VPC': ec2('vpc', { VpcId: '{id}', CidrBlock: '{CidrBlock|10.0.0.0/16}', CidrBlockAssociations: ['vpc-cidr-assoc-0{hex16}'], DefaultNetworkAcl: 'acl-0{hex16}', DefaultSecurityGroup: 'sg-0{hex16}', Ipv6CidrBlocks: ['2600:1f18:{hex4}:1200::/56'] }),
  'AWS::EC2::VPCCidrBlock': { id: 'vpc-cidr-assoc-0{hex16}', attributes: { Id: '{id}' } },
  'AWS::EC2::Subnet': ec2('subnet', { SubnetId: '{id}', AvailabilityZone: '{AvailabilityZone|{region}a}', CidrBlock: '{CidrBlock|10.0.0.0/24}', VpcId: '{VpcId}', Ipv6CidrBlocks: [], NetworkAclAssociationId: 'aclassoc-0{hex16}' }),
  'AWS::EC2::RouteTable': ec2('rtb', { RouteTableId: '{id}' }),
  'AWS::EC2::Route': { id: '{RouteTableId}|{DestinationCidrBlock|0.0.0.0/0}', attributes: { CidrBlock: '{DestinationCidrBlock}' } },
  'AWS::EC2::SubnetRouteTableAssociation': ec2('rtbassoc', { Id: '{id}' }),
  'AWS::EC2::InternetGateway': ec2('igw', { InternetGatewayId: '{id}' }),
  'AWS::EC2::EgressOnlyInternetGateway': ec2('eigw', { Id: '{id}' }),
  'AWS::EC2::VPCGatewayAttachment': { id: 'IGW|{VpcId}', attributes: { AttachmentType: 'IGW' } },
  'AWS::EC2::NatGateway': { id: 'nat-0{hex16}', attributes: { NatGatewayId: '{id}' } },
  'AWS::EC2::EIP': { id: '198.51.100.{byte}', attributes: { AllocationId: 'eipalloc-0{hex16}', PublicIp: '{id}' } },
  'AWS::EC2::EIPAssociation': ec2('eipassoc', { Id: '{id}' }),
  'AWS::EC2::NetworkAcl': ec2('acl', { Id: '{id}' }),
  'AWS::EC2::NetworkAclEntry': { id: '{NetworkAclId}|{RuleNumber}', attributes: { Id: '{id}' } },
  'AWS::EC2::SubnetNetworkAclAssociation': ec2('aclassoc', { AssociationId: '{id}' }),
  'AWS::EC2::SecurityGroup': ec2('sg', { GroupId: '{id}', Id: '{id}', VpcId: '{VpcId}' }),
  'AWS::EC2::SecurityGroupIngress': ec2('sgr', { Id: '{id}' }),
  'AWS::EC2::SecurityGroupEgress': ec2('sgr', { Id: '{id}' }),
  'AWS::EC2::VPCEndpoint': ec2('vpce', { Id: '{id}', DnsEntries: [], NetworkInterfaceIds: [], CreationTimestamp: '' }),
  'AWS::EC2::VPCPeeringConnection': ec2('pcx', { Id: '{id}' }),
  'AWS::EC2::FlowLog': ec2('fl', { Id: '{id}' }),
  'AWS::EC2::DHCPOptions': ec2('dopt', { DhcpOptionsId: '{id}' }),
  'AWS::EC2::VPCDHCPOptionsAssociation': { id: '{DhcpOptionsId}|{VpcId}' },
  'AWS::EC2::PrefixList': ec2('pl', { PrefixListId: '{id}', Arn: arn('ec2', 'prefix-list/{id}') }),
  'AWS::EC2::NetworkInterface': ec2('eni', { Id: '{id}', PrimaryPrivateIpAddress: '10.0.0.{byte}' }),
  // Machines
  'AWS::EC2::LaunchTemplate': ec2('lt', { LaunchTemplateId: '{id}', LatestVersionNumber: '1', DefaultVersionNumber: '1' }),
  'AWS::EC2::Instance': { id: 'i-0{hex16}', attributes: { InstanceId: '{id}', AvailabilityZone: '{AvailabilityZone|{region}a}', PrivateIp: '10.0.0.{byte}', PublicIp: '198.51.100.{byte}', PrivateDnsName: 'ip-10-0-0-{byte}.ec2.internal', PublicDnsName: 'ec2-198-51-100-{byte}.compute-1.amazonaws.com', VpcId: 'vpc-0{hex16}' }, lacks: NO_MACHINE },
  'AWS::EC2::KeyPair': named('KeyName', { KeyPairId: 'key-0{hex16}', KeyFingerprint: '{hex16}' }),
  'AWS::EC2::PlacementGroup': named('GroupName', { GroupName: '{id}' }),
  'AWS::EC2::Volume': ec2('vol', { VolumeId: '{id}' }),
  'AWS::EC2::VolumeAttachment': plain,
  'AWS::AutoScaling::AutoScalingGroup': named('AutoScalingGroupName', { AutoScalingGroupARN: arn('autoscaling', 'autoScalingGroup:{hex32}:autoScalingGroupName/{id}') }, { lacks: NO_MACHINE }),
  'AWS::AutoScaling::LaunchConfiguration': named('LaunchConfigurationName'),
  'AWS::AutoScaling::LifecycleHook': named('LifecycleHookName'),
  'AWS::AutoScaling::ScalingPolicy': { id: arn('autoscaling', 'scalingPolicy:{hex32}:autoScalingGroupName/{AutoScalingGroupName}:policyName/{name}'), attributes: { Arn: '{id}', PolicyName: '{name}' } },
  'AWS::AutoScaling::ScheduledAction': plain,
  'AWS::AutoScaling::WarmPool': { id: '{AutoScalingGroupName}' },
  'AWS::SSM::Association': { id: '{hex32}', attributes: { AssociationId: '{id}' } },
  'AWS::SSM::Document': named('Name'),
  'AWS::ImageBuilder::InfrastructureConfiguration': byArn(arn('imagebuilder', 'infrastructure-configuration/{name}'), 'Name'),
  // IAM
  'AWS::IAM::Role': named('RoleName', { Arn: iamArn('role{Path|/}{id}'), RoleId: 'AROA{HEX16}' }, { nameLength: 64 }),
  'AWS::IAM::Policy': named('PolicyName', { Id: '{id}' }, { nameLength: 128 }),
  'AWS::IAM::RolePolicy': named('PolicyName'),
  'AWS::IAM::ManagedPolicy': { id: iamArn('policy{Path|/}{name}'), name: 'ManagedPolicyName', nameLength: 128, attributes: { PolicyArn: '{id}', PolicyId: 'ANPA{HEX16}' } },
  'AWS::IAM::InstanceProfile': named('InstanceProfileName', { Arn: iamArn('instance-profile{Path|/}{id}') }),
  'AWS::IAM::User': named('UserName', { Arn: iamArn('user{Path|/}{id}') }, { nameLength: 64 }),
  'AWS::IAM::Group': named('GroupName', { Arn: iamArn('group{Path|/}{id}') }),
  'AWS::IAM::UserToGroupAddition': plain,
  'AWS::IAM::AccessKey': { id: 'AKIA{HEX16}', attributes: { SecretAccessKey: '{hex32}' } },
  'AWS::IAM::ServiceLinkedRole': { id: 'AWSServiceRoleFor{hex8}', attributes: { RoleName: '{id}' } },
  'AWS::IAM::OIDCProvider': byArn(iamArn('oidc-provider/{name}')),
  // Load balancing
  'AWS::ElasticLoadBalancingV2::LoadBalancer': { id: arn('elasticloadbalancing', 'loadbalancer/{kind}/{name}/{hex16}'), name: 'Name', nameLength: 32, attributes: { LoadBalancerArn: '{id}', DNSName: '{name}-{number}.{region}.elb.amazonaws.com', CanonicalHostedZoneID: 'Z35SXDOTRQ7X7K', LoadBalancerFullName: '{kind}/{name}/{hex16}', LoadBalancerName: '{name}', SecurityGroups: '{!SecurityGroups}' }, lacks: NO_TRAFFIC },
  'AWS::ElasticLoadBalancingV2::TargetGroup': { id: arn('elasticloadbalancing', 'targetgroup/{name}/{hex16}'), name: 'Name', nameLength: 32, attributes: { TargetGroupArn: '{id}', TargetGroupFullName: 'targetgroup/{name}/{hex16}', TargetGroupName: '{name}', LoadBalancerArns: [] }, lacks: NO_TRAFFIC },
  'AWS::ElasticLoadBalancingV2::Listener': { id: '{LoadBalancerArn|loadbalancer/x}/{hex16}', attributes: { ListenerArn: '{id}' } },
  'AWS::ElasticLoadBalancingV2::ListenerRule': { id: '{ListenerArn|listener/x}/{hex16}', attributes: { RuleArn: '{id}', IsDefault: false } },
  'AWS::ElasticLoadBalancingV2::ListenerCertificate': plain,
  'AWS::ElasticLoadBalancingV2::TrustStore': { id: arn('elasticloadbalancing', 'truststore/{name}/{hex16}'), attributes: { TrustStoreArn: '{id}' } },
  'AWS::ElasticLoadBalancing::LoadBalancer': named('LoadBalancerName', { DNSName: '{id}-{number}.{region}.elb.amazonaws.com', CanonicalHostedZoneName: '{id}.elb.amazonaws.com', CanonicalHostedZoneNameID: 'Z35SXDOTRQ7X7K', 'SourceSecurityGroup.GroupName': 'default', 'SourceSecurityGroup.OwnerAlias': '{account}' }, { lacks: NO_TRAFFIC }),
  'AWS::GlobalAccelerator::Accelerator': { id: 'arn:aws:globalaccelerator::{account}:accelerator/{hex32}', attributes: { AcceleratorArn: '{id}', DnsName: '{hex16}.awsglobalaccelerator.com' }, lacks: NO_TRAFFIC },
  'AWS::VpcLattice::TargetGroup': byArn(arn('vpc-lattice', 'targetgroup/tg-0{hex16}'), undefined, { attributes: { Id: 'tg-0{hex16}' }, lacks: NO_TRAFFIC }),
  'AWS::VpcLattice::Service': byArn(arn('vpc-lattice', 'service/svc-0{hex16}'), undefined, { attributes: { Id: 'svc-0{hex16}' }, lacks: NO_TRAFFIC }),
  'AWS::VpcLattice::ServiceNetwork': byArn(arn('vpc-lattice', 'servicenetwork/sn-0{hex16}'), undefined, { attributes: { Id: 'sn-0{hex16}' } }),
  'AWS::VpcLattice::ServiceNetworkVpcAssociation': byArn(arn('vpc-lattice', 'servicenetworkvpcassociation/snva-0{hex16}')),
  'AWS::VpcLattice::ServiceNetworkServiceAssociation': byArn(arn('vpc-lattice', 'servicenetworkserviceassociation/snsa-0{hex16}')),
  'AWS::VpcLattice::Listener': byArn(arn('vpc-lattice', 'listener-0{hex16}')),
  'AWS::WAFv2::WebACL': byArn(arn('wafv2', 'regional/webacl/{name}/{hex32}'), 'Name'),
  'AWS::WAFv2::WebACLAssociation': plain,
  'AWS::CloudFront::Distribution': { id: 'E{HEX8}', attributes: { Id: '{id}', DomainName: '{hex16}.cloudfront.net' }, lacks: NO_TRAFFIC },
  'AWS::ApiGateway::RestApi': { id: '{hex10}', attributes: { RestApiId: '{id}', RootResourceId: '{hex10}' }, lacks: NO_TRAFFIC },
  'AWS::ApiGatewayV2::Api': { id: '{hex10}', attributes: { ApiId: '{id}', ApiEndpoint: 'https://{id}.execute-api.{region}.amazonaws.com' }, lacks: NO_TRAFFIC },
  'AWS::ApiGatewayV2::Integration': { id: '{hex8}', attributes: { IntegrationId: '{id}' } },
  'AWS::ApiGatewayV2::Route': { id: '{hex8}', attributes: { RouteId: '{id}' } },
  'AWS::ApiGatewayV2::Stage': named('StageName'),
  'AWS::ApiGatewayV2::VpcLink': { id: '{hex8}', attributes: { VpcLinkId: '{id}' } },
  // Names and certificates
  'AWS::Route53::HostedZone': { id: 'Z{HEX16}', attributes: { Id: '{id}', NameServers: ['ns-1.awsdns-01.org', 'ns-2.awsdns-02.com'] }, lacks: NO_DNS },
  'AWS::Route53::RecordSet': { id: '{Name}', lacks: NO_DNS },
  'AWS::Route53::RecordSetGroup': plain,
  'AWS::CertificateManager::Certificate': byArn(arn('acm', 'certificate/{hex32}')),
  'AWS::ACMPCA::CertificateAuthority': byArn(arn('acm-pca', 'certificate-authority/{hex32}'), undefined, { attributes: { CertificateSigningRequest: '' } }),
  'AWS::ACMPCA::Certificate': byArn(arn('acm-pca', 'certificate-authority/{hex16}/certificate/{hex32}'), undefined, { attributes: { Certificate: '' } }),
  'AWS::ACMPCA::CertificateAuthorityActivation': { id: '{hex16}', attributes: { Status: 'ACTIVE', CompleteCertificateChain: '' } },
  'AWS::ACMPCA::Permission': plain,
  // Keys
  'AWS::KMS::Key': { id: '{hex32}', attributes: { Arn: arn('kms', 'key/{id}'), KeyId: '{id}' } },
  'AWS::KMS::Alias': named('AliasName', { AliasName: '{id}' }),
  // Functions
  'AWS::Lambda::Function': named('FunctionName', { Arn: arn('lambda', 'function:{id}'), 'SnapStartResponse.ApplyOn': 'None' }, { nameLength: 64, lacks: NO_CODE }),
  'AWS::Lambda::Version': { id: '{FunctionName}:1', attributes: { FunctionArn: '{id}', Version: '1' } },
  'AWS::Lambda::Alias': { id: '{FunctionName}:{Name}', attributes: { AliasArn: '{id}' } },
  'AWS::Lambda::Permission': { id: '{name}', attributes: { Id: '{id}' } },
  'AWS::Lambda::EventInvokeConfig': plain,
  'AWS::Lambda::EventSourceMapping': { id: '{hex32}', attributes: { Id: '{id}' } },
  'AWS::Lambda::LayerVersion': { id: arn('lambda', 'layer:{name}:1'), attributes: { LayerVersionArn: '{id}' } },
  'AWS::Lambda::Url': { id: arn('lambda', 'function:{name}'), attributes: { FunctionUrl: 'https://{hex16}.lambda-url.{region}.on.aws/', FunctionArn: '{id}' }, lacks: NO_CODE },
  'AWS::StepFunctions::StateMachine': byArn(arn('states', 'stateMachine:{name}'), 'StateMachineName', { attributes: { Name: '{name}' }, lacks: NO_CODE }),
  // Messages and events
  'AWS::SNS::Topic': { id: arn('sns', '{name}'), name: 'TopicName', attributes: { TopicArn: '{id}', TopicName: '{name}' }, lacks: NO_SERVICE },
  'AWS::SNS::Subscription': { id: '{TopicArn}:{hex32}', attributes: { Arn: '{id}' } },
  'AWS::SNS::TopicPolicy': plain,
  'AWS::SQS::Queue': { id: 'https://sqs.{region}.amazonaws.com/{account}/{name}', name: 'QueueName', nameLength: 80, attributes: { Arn: arn('sqs', '{name}'), QueueName: '{name}', QueueUrl: '{id}' }, lacks: NO_SERVICE },
  'AWS::SQS::QueuePolicy': plain,
  'AWS::Events::Rule': named('Name', { Arn: arn('events', 'rule/{id}') }, { nameLength: 64, lacks: 'its targets are not run here.' }),
  'AWS::Events::EventBus': named('Name', { Arn: arn('events', 'event-bus/{id}'), Name: '{id}' }),
  'AWS::Scheduler::Schedule': named('Name', { Arn: arn('scheduler', 'schedule/default/{id}') }, { lacks: 'its target is not run here.' }),
  'AWS::Kinesis::Stream': named('Name', { Arn: arn('kinesis', 'stream/{id}') }, { lacks: NO_SERVICE }),
  'AWS::KinesisFirehose::DeliveryStream': named('DeliveryStreamName', { Arn: arn('firehose', 'deliverystream/{id}') }, { lacks: NO_SERVICE }),
  // Watching
  'AWS::CloudWatch::Alarm': named('AlarmName', { Arn: arn('cloudwatch', 'alarm:{id}') }, { lacks: 'no metric is watched here.' }),
  'AWS::CloudWatch::CompositeAlarm': named('AlarmName', { Arn: arn('cloudwatch', 'alarm:{id}') }),
  'AWS::CloudWatch::Dashboard': named('DashboardName'),
  'AWS::CloudWatch::AnomalyDetector': plain,
  'AWS::Logs::MetricFilter': named('FilterName'),
  'AWS::Logs::SubscriptionFilter': named('FilterName'),
  'AWS::Logs::ResourcePolicy': named('PolicyName'),
  'AWS::APS::Workspace': byArn(arn('aps', 'workspace/ws-{hex32}'), undefined, { attributes: { WorkspaceId: 'ws-{hex32}', PrometheusEndpoint: '' }, lacks: NO_SERVICE }),
  'AWS::XRay::SamplingRule': plain,
  'AWS::Synthetics::Canary': named('Name', { Id: '{hex32}', State: 'READY' }),
  'AWS::Budgets::Budget': plain,
  // Data
  'AWS::DynamoDB::Table': named('TableName', { Arn: arn('dynamodb', 'table/{id}'), StreamArn: arn('dynamodb', 'table/{id}/stream/1') }, { lacks: NO_SERVICE }),
  'AWS::DynamoDB::GlobalTable': named('TableName', { Arn: arn('dynamodb', 'table/{id}'), TableId: '{hex32}' }, { lacks: NO_SERVICE }),
  'AWS::RDS::DBInstance': named('DBInstanceIdentifier', { 'Endpoint.Address': '{id}.{hex10}.{region}.rds.amazonaws.com', 'Endpoint.Port': '{Port|3306}', DBInstanceArn: arn('rds', 'db:{id}') }, { nameLength: 63, lacks: NO_SERVICE }),
  'AWS::RDS::DBCluster': named('DBClusterIdentifier', { 'Endpoint.Address': '{id}.cluster-{hex10}.{region}.rds.amazonaws.com', 'Endpoint.Port': '{Port|3306}', 'ReadEndpoint.Address': '{id}.cluster-ro-{hex10}.{region}.rds.amazonaws.com', DBClusterArn: arn('rds', 'cluster:{id}'), DBClusterResourceId: 'cluster-{HEX16}' }, { nameLength: 63, lacks: NO_SERVICE }),
  'AWS::RDS::DBSubnetGroup': named('DBSubnetGroupName'),
  'AWS::RDS::DBParameterGroup': named('DBParameterGroupName'),
  'AWS::RDS::DBClusterParameterGroup': named('DBClusterParameterGroupName'),
  'AWS::RDS::OptionGroup': plain,
  'AWS::ElastiCache::CacheCluster': named('ClusterName', { 'RedisEndpoint.Address': '{id}.cache.amazonaws.com', 'RedisEndpoint.Port': '6379', 'ConfigurationEndpoint.Address': '{id}.cfg.cache.amazonaws.com', 'ConfigurationEndpoint.Port': '11211' }, { nameLength: 40, lacks: NO_SERVICE }),
  'AWS::ElastiCache::ReplicationGroup': named('ReplicationGroupId', { 'PrimaryEndPoint.Address': '{id}.cache.amazonaws.com', 'PrimaryEndPoint.Port': '6379', 'ReaderEndPoint.Address': '{id}-ro.cache.amazonaws.com', 'ReaderEndPoint.Port': '6379', 'ConfigurationEndPoint.Address': '{id}.cache.amazonaws.com', 'ConfigurationEndPoint.Port': '6379' }, { nameLength: 40, lacks: NO_SERVICE }),
  'AWS::ElastiCache::SubnetGroup': named('CacheSubnetGroupName'),
  'AWS::DocDB::DBCluster': named('DBClusterIdentifier', { Endpoint: '{id}.docdb.amazonaws.com', Port: '27017' }, { lacks: NO_SERVICE }),
  'AWS::SecretsManager::RotationSchedule': plain,
  'AWS::SecretsManager::ResourcePolicy': plain,
  'AWS::EFS::FileSystem': { id: 'fs-0{hex16}', attributes: { FileSystemId: '{id}', Arn: arn('elasticfilesystem', 'file-system/{id}') } },
  'AWS::EFS::MountTarget': { id: 'fsmt-0{hex16}', attributes: { Id: '{id}', IpAddress: '10.0.0.{byte}' } },
  'AWS::EFS::AccessPoint': { id: 'fsap-0{hex16}', attributes: { AccessPointId: '{id}', Arn: arn('elasticfilesystem', 'access-point/{id}') } },
  'AWS::FSx::FileSystem': { id: 'fs-0{hex16}', attributes: { DNSName: '{id}.fsx.{region}.amazonaws.com', LustreMountName: '{hex8}', ResourceARN: arn('fsx', 'file-system/{id}'), RootVolumeId: 'fsvol-0{hex16}' } },
  'AWS::Backup::BackupVault': named('BackupVaultName', { BackupVaultArn: arn('backup', 'backup-vault:{id}'), BackupVaultName: '{id}' }),
  'AWS::Backup::BackupPlan': { id: '{hex32}', attributes: { BackupPlanId: '{id}', BackupPlanArn: arn('backup', 'backup-plan:{id}'), VersionId: '{hex16}' } },
  'AWS::Backup::BackupSelection': { id: '{hex32}', attributes: { Id: '{id}', SelectionId: '{id}' } },
  'AWS::DirectoryService::MicrosoftAD': { id: 'd-{hex10}', attributes: { Alias: '{id}', DnsIpAddresses: ['10.0.0.10', '10.0.1.10'] } },
  // Delivery
  'AWS::CodeDeploy::Application': named('ApplicationName'),
  'AWS::CodeDeploy::DeploymentConfig': named('DeploymentConfigName'),
  'AWS::CodeDeploy::DeploymentGroup': named('DeploymentGroupName', {}, { lacks: 'no deployment is made by CodeDeploy here.' }),
  'AWS::CodeBuild::Project': named('Name', { Arn: arn('codebuild', 'project/{id}') }, { lacks: NO_CODE }),
  'AWS::CodeBuild::ReportGroup': byArn(arn('codebuild', 'report-group/{name}'), 'Name'),
  'AWS::CodeCommit::Repository': { id: '{hex32}', attributes: { Arn: arn('codecommit', '{RepositoryName}'), Name: '{RepositoryName}', CloneUrlHttp: 'https://git-codecommit.{region}.amazonaws.com/v1/repos/{RepositoryName}', CloneUrlSsh: 'ssh://git-codecommit.{region}.amazonaws.com/v1/repos/{RepositoryName}' }, lacks: NO_SERVICE },
  'AWS::CodePipeline::Pipeline': named('Name', { Version: '1' }, { lacks: 'no pipeline runs here.' }),
  'AWS::CodePipeline::Webhook': named('Name', { Url: '' }),
  'AWS::CodeStarNotifications::NotificationRule': byArn(arn('codestar-notifications', 'notificationrule/{hex32}')),
  'AWS::ECR::RegistryPolicy': { id: '{account}', attributes: { RegistryId: '{account}' } },
  'AWS::ECR::PullThroughCacheRule': named('EcrRepositoryPrefix'),
  'AWS::S3::BucketNotification': plain,
  'AWS::S3::BucketPolicy': { id: '{Bucket}' },
  'AWS::ECR::RepositoryPolicy': { id: '{RepositoryName}' },
  'AWS::ServiceDiscovery::HttpNamespace': { id: 'ns-{hex16}', attributes: { Id: '{id}', Arn: arn('servicediscovery', 'namespace/{id}') } },
  'AWS::ServiceDiscovery::PrivateDnsNamespace': { id: 'ns-{hex16}', attributes: { Id: '{id}', Arn: arn('servicediscovery', 'namespace/{id}'), HostedZoneId: 'Z{HEX16}' } },
  'AWS::ServiceDiscovery::PublicDnsNamespace': { id: 'ns-{hex16}', attributes: { Id: '{id}', Arn: arn('servicediscovery', 'namespace/{id}'), HostedZoneId: 'Z{HEX16}' } },
  'AWS::ServiceDiscovery::Service': { id: 'srv-{hex16}', attributes: { Id: '{id}', Arn: arn('servicediscovery', 'service/{id}'), Name: '{Name}' } },
  'AWS::ServiceDiscovery::Instance': { id: '{name}', name: 'InstanceId' },
  'AWS::S3::AccessPoint': named('Name', { Arn: arn('s3', 'accesspoint/{id}') }),
  // People and meshes
  'AWS::Cognito::UserPool': { id: '{region}_{hex8}', attributes: { UserPoolId: '{id}', Arn: arn('cognito-idp', 'userpool/{id}'), ProviderName: 'cognito-idp.{region}.amazonaws.com/{id}', ProviderURL: 'https://cognito-idp.{region}.amazonaws.com/{id}' }, lacks: NO_SERVICE },
  'AWS::Cognito::UserPoolClient': { id: '{hex16}', attributes: { ClientId: '{id}', ClientSecret: '{hex32}', Name: '{name}' } },
  'AWS::Cognito::UserPoolDomain': { id: '{Domain}', attributes: { CloudFrontDistribution: '' } },
  'AWS::AppMesh::Mesh': named('MeshName', { Arn: arn('appmesh', 'mesh/{id}'), MeshName: '{id}', Uid: '{hex32}' }),
  'AWS::AppMesh::VirtualNode': byArn(arn('appmesh', 'mesh/{MeshName}/virtualNode/{name}'), 'VirtualNodeName', { attributes: { VirtualNodeName: '{name}', MeshName: '{MeshName}' } }),
  'AWS::AppMesh::VirtualService': byArn(arn('appmesh', 'mesh/{MeshName}/virtualService/{name}'), 'VirtualServiceName', { attributes: { VirtualServiceName: '{name}', MeshName: '{MeshName}' } }),
  'AWS::AppMesh::VirtualRouter': byArn(arn('appmesh', 'mesh/{MeshName}/virtualRouter/{name}'), 'VirtualRouterName', { attributes: { VirtualRouterName: '{name}', MeshName: '{MeshName}' } }),
  'AWS::AppMesh::Route': byArn(arn('appmesh', 'mesh/{MeshName}/route/{name}'), 'RouteName'),
  'AWS::Batch::ComputeEnvironment': { id: arn('batch', 'compute-environment/{name}'), attributes: { ComputeEnvironmentArn: '{id}' } },
  'AWS::Batch::JobQueue': { id: arn('batch', 'job-queue/{name}'), attributes: { JobQueueArn: '{id}' }, lacks: NO_CODE },
  'AWS::Batch::JobDefinition': { id: arn('batch', 'job-definition/{name}:1'), attributes: { JobDefinitionArn: '{id}' } },
  'AWS::ResourceGroups::Group': named('Name', { Arn: arn('resource-groups', 'group/{id}') }),
  'AWS::ServiceCatalogAppRegistry::Application': byArn(arn('servicecatalog', '/applications/{hex16}'), undefined, { attributes: { Id: '{hex16}' } }),
  // Functions of the CDK that others read something of
  'Custom::AWSCDKOpenIdConnectProvider': { id: iamArn('oidc-provider/{name}'), lacks: NO_CODE },
  'Custom::CDKBucketDeployment': { id: '{name}', attributes: { DestinationBucketArn: 'arn:aws:s3:::{DestinationBucketName}', DeployedBucket: '{DestinationBucketName}', SourceObjectKeys: '{!SourceObjectKeys}' }, lacks: 'no files are put into its bucket here.' },
  'AWS::CloudFormation::CustomResource': { id: '{name}', lacks: NO_CODE },
  'AWS::CloudFormation::Macro': named('Name'),
  // Nothing at all on AWS either
  'AWS::CDK::Metadata': { id: '{hex8}-{hex8}' },
};
