-- Incarnations of databases: recorded when a recovery begins one, or its history was read (R9), and which of them counts.
create table incarnation (
    database_name  text   not null,
    number         bigint not null,
    parent         bigint not null,
    reset_at       text,
    first_sequence bigint not null,
    opened         text,
    cause          text   not null,
    primary key (database_name, number)
) ${clustered};
create table incarnation_choice (
    database_name text primary key,
    number        bigint not null,
    highest       bigint not null
);
