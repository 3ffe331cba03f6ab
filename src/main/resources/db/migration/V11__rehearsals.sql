-- Restore tests (R14): one row for each, the only thing that a rehearsal writes.
create table rehearsal (
    id            bigint primary key,
    job           text   not null unique,
    database_name text   not null,
    backup        bigint not null,
    began         text   not null,
    ended         text   not null,
    proof         text   not null,
    report        text   not null,
    failure       text
);
create index rehearsal_of_database on rehearsal (database_name, id);
