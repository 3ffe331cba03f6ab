-- Sections of images as files of disk pools (M24), and what has become of them (C13). Numbers of runs and of backups order
-- what happened, never a clock.
create table pool_file (
    backup        bigint  not null references backup (id),
    section       integer not null,
    pool          text    not null,
    path          text    not null,
    bytes         bigint  not null,
    crc32c        bigint  not null,
    expires_at    text,
    state         text    not null default 'PRESENT' check (state in ('PRESENT', 'MARKED', 'QUARANTINED', 'REMOVED')),
    generation    bigint  not null default 0,
    newest_backup bigint  not null default 0,
    primary key (backup, section)
) ${clustered};
create index pool_file_pool on pool_file (pool);
