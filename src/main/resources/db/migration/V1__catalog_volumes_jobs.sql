-- The catalog, the volume register and the job log. docs/formats/catalog.md explains each column.
-- Plain SQL for SQLite and PostgreSQL. What differs comes in by placeholders:
--   ${clustered}  WITHOUT ROWID on SQLite: the row lives in its primary key; empty on PostgreSQL
--   ${bytes}      blob / bytea
--   ${bytewise}   empty, since SQLite compares bytes / collate "C"
-- Times are ISO-8601 text in UTC: exact, and readable with any tool. Nothing is ordered by them.

create table number_sequence (
    name text   not null primary key,
    last bigint not null
) ${clustered};

create table backup (
    id            bigint   not null primary key,
    image_id      text     not null,
    name          text     not null,
    database_name text,
    job           text     not null,
    host          text     not null,
    taken_at      text     not null,
    consistency   text     not null,
    layers        text     not null,
    facts         text     not null,
    state         text     not null check (state in ('WRITING', 'COMPLETE', 'ABANDONED', 'LOST')),
    cause         text,
    objects       bigint   not null default 0,
    data_bytes    bigint   not null default 0,
    image_bytes   bigint   not null default 0,
    sha256        text,
    completed_at  text,
    purged        smallint not null default 0
) ${clustered};
create index backup_image on backup (image_id);
create index backup_name on backup (name);
create unique index backup_complete_image on backup (image_id) where state = 'COMPLETE';
create index backup_to_purge on backup (id) where state = 'ABANDONED' and purged = 0;

create table section (
    backup          bigint  not null references backup (id),
    section         integer not null,
    volume          text    not null,
    file_number     integer not null,
    volume_sequence integer not null,
    label_address   bigint  not null,
    data_address    bigint  not null,
    block_size      integer not null,
    blocks          bigint  not null,
    bytes           bigint  not null,
    primary key (backup, section)
) ${clustered};
create index section_volume on section (volume);

create table directory (
    id   bigint not null primary key,
    path text ${bytewise} not null unique
) ${clustered};

-- No foreign keys: two look-ups for each of millions of rows would guard what one writer gives out itself.
create table object (
    backup      bigint  not null,
    directory   bigint  not null,
    name        text ${bytewise} not null,
    place       bigint  not null,
    type        text    not null,
    mode        integer not null,
    uid         bigint  not null,
    gid         bigint  not null,
    size        bigint  not null,
    modified_s  bigint  not null,
    modified_ns integer not null,
    link        text,
    sha256      ${bytes},
    primary key (backup, directory, name, place)
) ${clustered};

create table media_family (
    name         text not null primary key,
    write_window text,
    retention    text,
    expiration   text not null check (expiration in ('TIME', 'CONTENT'))
) ${clustered};

create table volume (
    id                text    not null primary key,
    barcode           text,
    family            text,
    volume_set        text    not null,
    place             integer not null,
    owner             text    not null,
    host              text    not null,
    created_at        text    not null,
    write_window_ends text,
    expires_at        text,
    files             integer not null,
    end_of_data       bigint  not null,
    state             text    not null check (state in ('APPENDABLE', 'FULL', 'REUSABLE', 'SUSPECT')),
    generation        bigint  not null
) ${clustered};
create index volume_barcode on volume (barcode);

create table volume_id_given (
    id text not null primary key
) ${clustered};

create table job (
    number           bigint   not null,
    part             integer  not null,
    requester        text,
    task             text     not null,
    kind             text     not null,
    facts            text     not null,
    state            text     not null check (state in ('PENDING', 'READY', 'RUNNING', 'WAITING_FOR_OPERATOR',
                         'COMPLETED', 'COMPLETED_WITH_WARNINGS', 'FAILED', 'CANCELLED', 'SUPERSEDED', 'EXPIRED')),
    cause            text,
    owner            text,
    created_at       text     not null,
    dispatched_at    text,
    ended_at         text,
    bytes            bigint   not null default 0,
    objects          bigint   not null default 0,
    total_bytes      bigint   not null default 0,
    cancel_requested smallint not null default 0,
    primary key (number, part)
) ${clustered};
create unique index job_running_task on job (task) where state in ('RUNNING', 'WAITING_FOR_OPERATOR');

create table job_dependency (
    number    bigint  not null,
    part      integer not null,
    on_number bigint  not null,
    on_part   integer not null,
    primary key (number, part, on_number, on_part),
    foreign key (number, part) references job (number, part),
    foreign key (on_number, on_part) references job (number, part)
) ${clustered};
create index job_dependant on job_dependency (on_number, on_part);

create table job_step (
    number     bigint  not null,
    part       integer not null,
    step       integer not null,
    name       text    not null,
    started_at text    not null,
    ended_at   text,
    failure    text,
    primary key (number, part, step),
    foreign key (number, part) references job (number, part)
) ${clustered};

create table job_figure (
    number bigint  not null,
    part   integer not null,
    name   text    not null,
    value  text    not null,
    primary key (number, part, name),
    foreign key (number, part) references job (number, part)
) ${clustered};

create table obligation (
    id     bigint  not null primary key,
    number bigint  not null,
    part   integer not null,
    kind   text    not null,
    facts  text    not null,
    foreign key (number, part) references job (number, part)
) ${clustered};
