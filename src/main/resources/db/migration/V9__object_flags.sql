-- Objects that were not read as promised (D4): of each backup few, so that the table of objects stays narrow.
create table object_flag (
    backup bigint not null,
    path   text ${bytewise} not null,
    what   text   not null,
    detail text   not null,
    primary key (backup, path, what)
) ${clustered};
