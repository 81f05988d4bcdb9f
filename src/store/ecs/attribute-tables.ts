/** Of versions in which no container instance could have any. */
export const attributeTables = `
  CREATE TABLE attribute (
    account TEXT NOT NULL, region TEXT NOT NULL, cluster TEXT NOT NULL,
    target_type TEXT NOT NULL, target_id TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (account, region, cluster, target_type, target_id, name)
  ) STRICT, WITHOUT ROWID;
`;
